//! [`List`]: a sequence of dynamic values that clones in constant time.

use std::fmt;
use std::slice;
use std::sync::Arc;

use super::Dynamic;
use super::growing::{Log, Range};

/// A list of [`Dynamic`] values; its clone shares the elements.
///
/// ```
/// use thalweg_core::value::{Dynamic, List};
///
/// let list: List = [1, 2].into_iter().map(Dynamic::from).collect();
/// assert_eq!(list.len(), 2);
/// assert_eq!(list.get(0), Some(&Dynamic::Int(1)));
/// ```
#[derive(Clone)]
pub struct List(Repr);

#[derive(Clone)]
enum Repr {
    Whole(Arc<Vec<Dynamic>>),
    /// A snapshot of a list that was being parsed.
    Grown(Arc<Grown>),
}

struct Grown {
    log: Arc<Log<Dynamic>>,
    len: usize,
    /// One more element, which was not finished.
    tail: Option<Dynamic>,
}

impl List {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first `len` elements of a log, and one more.
    pub(super) fn grown(log: Arc<Log<Dynamic>>, len: usize, tail: Option<Dynamic>) -> Self {
        Self(Repr::Grown(Arc::new(Grown { log, len, tail })))
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Whole(values) => values.len(),
            Repr::Grown(grown) => grown.len + usize::from(grown.tail.is_some()),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&Dynamic> {
        match &self.0 {
            Repr::Whole(values) => values.get(index),
            Repr::Grown(grown) if index < grown.len => grown.log.get(index),
            Repr::Grown(grown) => grown.tail.as_ref().filter(|_| index == grown.len),
        }
    }

    /// The last element.
    pub fn last(&self) -> Option<&Dynamic> {
        self.get(self.len().checked_sub(1)?)
    }

    /// The elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Dynamic> + ExactSizeIterator {
        self.iter_from(0)
    }

    /// The elements from `index` on.
    pub(crate) fn iter_from(&self, index: usize) -> Iter<'_> {
        match &self.0 {
            Repr::Whole(values) => Iter::Whole(values.get(index..).unwrap_or_default().iter()),
            Repr::Grown(grown) => Iter::Grown {
                log: grown.log.range(index.min(grown.len), grown.len),
                tail: grown.tail.as_ref().filter(|_| index <= grown.len),
            },
        }
    }

    /// How many elements at the beginning of both are one and the same, as far as that is known without
    /// comparing them.
    pub(crate) fn shared(&self, other: &Self) -> usize {
        match (&self.0, &other.0) {
            (Repr::Whole(a), Repr::Whole(b)) if Arc::ptr_eq(a, b) => a.len(),
            (Repr::Grown(a), Repr::Grown(b)) if Arc::ptr_eq(a, b) => self.len(),
            (Repr::Grown(a), Repr::Grown(b)) if Arc::ptr_eq(&a.log, &b.log) => a.len.min(b.len),
            _ => 0,
        }
    }

    /// The unfinished elements of two snapshots that have everything else in common.
    pub(crate) fn only_tails<'a>(&'a self, other: &'a Self) -> Option<(&'a Dynamic, &'a Dynamic)> {
        let (Repr::Grown(a), Repr::Grown(b)) = (&self.0, &other.0) else { return None };
        let common = Arc::ptr_eq(&a.log, &b.log) && a.len == b.len;
        a.tail.as_ref().zip(b.tail.as_ref()).filter(|_| common)
    }

    /// The first `len` elements and one more; costs nothing for a list that was parsed.
    pub(crate) fn prefix(&self, len: usize, tail: Option<Dynamic>) -> Self {
        match &self.0 {
            Repr::Grown(grown) if len <= grown.len => Self::grown(Arc::clone(&grown.log), len, tail),
            _ => self.iter().take(len).cloned().chain(tail).collect(),
        }
    }

    /// Appends an element; copies the list first if another clone shares it, or if it was parsed.
    pub fn push(&mut self, value: Dynamic) {
        if let Some(values) = self.values_mut() {
            values.push(value);
        }
    }

    /// Puts an element before the one at `index`, or at the end. Copies as [`push`](Self::push) does.
    pub(crate) fn insert(&mut self, index: usize, value: Dynamic) {
        if let Some(values) = self.values_mut() {
            values.insert(index.min(values.len()), value);
        }
    }

    /// Takes out the element at `index`. Copies as [`push`](Self::push) does.
    pub(crate) fn remove(&mut self, index: usize) -> Option<Dynamic> {
        self.values_mut().filter(|values| index < values.len()).map(|values| values.remove(index))
    }

    /// The element at `index` for changing it. Copies as [`push`](Self::push) does.
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Dynamic> {
        self.values_mut()?.get_mut(index)
    }

    /// The elements for changing them; always there.
    fn values_mut(&mut self) -> Option<&mut Vec<Dynamic>> {
        if let Repr::Grown(_) = self.0 {
            *self = self.iter().cloned().collect();
        }
        match &mut self.0 {
            Repr::Whole(values) => Some(Arc::make_mut(values)),
            Repr::Grown(_) => None,
        }
    }
}

impl Default for List {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        let shared = self.shared(other);
        self.len() == other.len() && self.iter_from(shared).eq(other.iter_from(shared))
    }
}

impl From<Vec<Dynamic>> for List {
    fn from(values: Vec<Dynamic>) -> Self {
        Self(Repr::Whole(Arc::new(values)))
    }
}

impl From<List> for Vec<Dynamic> {
    fn from(list: List) -> Self {
        match list.0 {
            Repr::Whole(values) => Arc::unwrap_or_clone(values),
            Repr::Grown(_) => list.iter().cloned().collect(),
        }
    }
}

impl FromIterator<Dynamic> for List {
    fn from_iter<T: IntoIterator<Item = Dynamic>>(values: T) -> Self {
        Self::from(values.into_iter().collect::<Vec<_>>())
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An iterator over the elements of a [`List`].
pub(crate) enum Iter<'a> {
    Whole(slice::Iter<'a, Dynamic>),
    Grown { log: Range<'a, Dynamic>, tail: Option<&'a Dynamic> },
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Dynamic;

    fn next(&mut self) -> Option<&'a Dynamic> {
        match self {
            Self::Whole(values) => values.next(),
            Self::Grown { log, tail } => log.next().or_else(|| tail.take()),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Whole(values) => values.size_hint(),
            Self::Grown { log, tail } => {
                let len = log.len() + usize::from(tail.is_some());
                (len, Some(len))
            }
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Whole(values) => values.next_back(),
            Self::Grown { log, tail } => tail.take().or_else(|| log.next_back()),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
