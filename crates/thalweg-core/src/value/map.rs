//! [`Map`]: an ordered object of dynamic values that clones in constant time.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Slice;

use super::{Dynamic, Text};

/// An object: names and [`Dynamic`] values in the order of insertion; its clone shares the entries.
///
/// A map may be *additive* (see [`Map::additive`]): pieces of one streamed object, which add up key by key.
///
/// ```
/// use thalweg_core::value::{Dynamic, Map};
///
/// let map: Map = [("a", Dynamic::from(1))].into_iter().collect();
/// assert_eq!(map.get("a"), Some(&Dynamic::Int(1)));
/// ```
#[derive(Clone, Default)]
pub struct Map {
    /// `None` until the first entry, so that an empty map needs no allocation.
    entries: Option<Arc<IndexMap<Text, Dynamic>>>,
    additive: bool,
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Self { entries: None, additive: false }
    }

    /// Marks the map as a piece of a streamed object: pieces of one stream add up key by key, where other
    /// objects replace each other. Parallel steps, `assign`, `pick` and the XML parser stream such pieces.
    #[must_use]
    pub fn additive(mut self) -> Self {
        self.additive = true;
        self
    }

    /// Whether the map is a piece of a streamed object.
    pub fn is_additive(&self) -> bool {
        self.additive
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.slice().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slice().is_empty()
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&Dynamic> {
        self.entries.as_ref()?.get(key)
    }

    /// Whether there is an entry `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The entries in order of insertion.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Dynamic)> + ExactSizeIterator {
        self.slice().iter()
    }

    /// The names in order of insertion.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.slice().keys()
    }

    /// The values in order of insertion.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Dynamic> + ExactSizeIterator {
        self.slice().values()
    }

    /// Sets an entry (an existing one keeps its place) and returns the value it had; copies the map first
    /// if another clone shares it.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Option<Dynamic> {
        Arc::make_mut(self.entries.get_or_insert_default()).insert(key.into(), value.into())
    }

    /// Removes an entry and returns its value; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Dynamic> {
        Arc::make_mut(self.entries.as_mut()?).shift_remove(key)
    }

    /// The value at `key` for changing it; copies the map first if another clone shares it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Dynamic> {
        Arc::make_mut(self.entries.as_mut()?).get_mut(key)
    }

    fn slice(&self) -> &Slice<Text, Dynamic> {
        self.entries.as_ref().map_or(Slice::new(), |entries| entries.as_slice())
    }
}

impl IntoIterator for Map {
    type Item = (Text, Dynamic);
    type IntoIter = indexmap::map::IntoIter<Text, Dynamic>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.map_or_else(IndexMap::new, Arc::unwrap_or_clone).into_iter()
    }
}

impl<K: Into<Text>> FromIterator<(K, Dynamic)> for Map {
    fn from_iter<T: IntoIterator<Item = (K, Dynamic)>>(entries: T) -> Self {
        let entries: IndexMap<_, _> = entries.into_iter().map(|(k, v)| (k.into(), v)).collect();
        Self { entries: (!entries.is_empty()).then(|| Arc::new(entries)), additive: false }
    }
}

/// Equal entries, in whatever order, and whether or not the maps are additive.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        match (&self.entries, &other.entries) {
            (Some(a), Some(b)) => a == b,
            _ => self.is_empty() && other.is_empty(),
        }
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
