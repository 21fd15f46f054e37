//! [`Path`]: the way to a part of a value.

use std::fmt;

use crate::value::Text;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// To the value of a key.
    Key(Text),
    /// To an element of a list.
    Index(usize),
}

/// The way from the root of a value to one of its parts; it shows as a JSON Pointer (RFC 6901).
///
/// ```
/// use thalweg_core::parse::json::{Path, Step};
///
/// let path = Path(vec![Step::Key("a/b".into()), Step::Index(3)]);
/// assert_eq!(path.to_string(), "/a~1b/3");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<Step>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1"))?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}
