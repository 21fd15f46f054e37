//! [`Vars`]: values that are taken as named variables.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use super::{Dynamic, Map, Text};

/// A value that can be taken as named variables, as prompts, `assign` and `pick` take them.
///
/// ```
/// use thalweg_core::value::{Dynamic, Vars};
/// use thalweg_core::vars;
///
/// let map = vars! { "topic": "parrots", "count": 2 };
/// assert_eq!(Dynamic::from(map.clone()).into_vars(), Ok(map));
/// assert_eq!(Dynamic::from("parrots").into_vars(), Err(Dynamic::from("parrots")));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no named variables",
    label = "this step takes named variables",
    note = "named variables come as a `Map` (see `vars!` and `parallel!`), a `HashMap<String, _>`, a \
            `BTreeMap<String, _>`, or a `Dynamic` value"
)]
pub trait Vars {
    /// The variables by name.
    ///
    /// # Errors
    /// The value itself if it is no object.
    fn into_vars(self) -> Result<Map, Dynamic>;
}

impl Vars for Map {
    fn into_vars(self) -> Result<Map, Dynamic> {
        Ok(self)
    }
}

impl Vars for Dynamic {
    fn into_vars(self) -> Result<Map, Dynamic> {
        match self {
            Self::Map(map) => Ok(map),
            other => Err(other),
        }
    }
}

impl<K: Into<Text>, V: Into<Dynamic>, S: BuildHasher> Vars for HashMap<K, V, S> {
    fn into_vars(self) -> Result<Map, Dynamic> {
        Ok(self.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

impl<K: Into<Text>, V: Into<Dynamic>> Vars for BTreeMap<K, V> {
    fn into_vars(self) -> Result<Map, Dynamic> {
        Ok(self.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

/// A [`Map`](crate::value::Map) of names and values, in this order.
///
/// ```
/// use thalweg_core::value::Dynamic;
///
/// let map = thalweg_core::vars! { "topic": "parrots", "count": 2 };
/// assert_eq!(map.get("count"), Some(&Dynamic::Int(2)));
/// ```
#[macro_export]
macro_rules! vars {
    ($($name:literal : $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut map = $crate::value::Map::new();
        $(map.insert($name, $value);)*
        map
    }};
}
