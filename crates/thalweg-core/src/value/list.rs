//! [`List`]: a sequence of dynamic values that clones in constant time.

use std::fmt;
use std::sync::Arc;

use super::Dynamic;

/// A list of [`Dynamic`] values; its clone shares the elements.
///
/// ```
/// use thalweg_core::value::{Dynamic, List};
///
/// let list: List = [1, 2].into_iter().map(Dynamic::from).collect();
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.get(0), Some(&Dynamic::Int(1)));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct List(Arc<Vec<Dynamic>>);

impl List {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The element at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&Dynamic> {
        self.0.get(index)
    }

    /// The last element.
    pub fn last(&self) -> Option<&Dynamic> {
        self.0.last()
    }

    /// The elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Dynamic> + ExactSizeIterator {
        self.0.iter()
    }

    /// Appends an element; copies the list first if another clone shares it.
    pub fn push(&mut self, value: Dynamic) {
        Arc::make_mut(&mut self.0).push(value);
    }
}

impl From<Vec<Dynamic>> for List {
    fn from(values: Vec<Dynamic>) -> Self {
        Self(Arc::new(values))
    }
}

impl From<List> for Vec<Dynamic> {
    fn from(list: List) -> Self {
        Arc::unwrap_or_clone(list.0)
    }
}

impl FromIterator<Dynamic> for List {
    fn from_iter<T: IntoIterator<Item = Dynamic>>(values: T) -> Self {
        Self(Arc::new(values.into_iter().collect()))
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
