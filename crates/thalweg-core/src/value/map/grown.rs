//! [`Grown`]: the entries of an object as it stood while it was parsed, and [`Iter`], which goes over those of any map.

use std::sync::Arc;

use crate::value::growing::Entries;
use crate::value::{Dynamic, Text};

/// The entries that stood when the snapshot was taken.
pub(super) struct Grown {
    pub(super) entries: Arc<Entries>,
    /// How many of the entries belong to the snapshot.
    pub(super) written: usize,
    pub(super) tail: Option<Tail>,
}

/// One more entry, whose value was not finished.
pub(super) struct Tail {
    pub(super) key: Text,
    pub(super) value: Dynamic,
    /// The entry of the same key, if there is one.
    pub(super) first: Option<usize>,
}

impl Grown {
    pub(super) fn len(&self) -> usize {
        let new = self.tail.as_ref().is_some_and(|tail| tail.first.is_none());
        self.written - self.entries.repeats(self.written) + usize::from(new)
    }

    /// The value of the key of entry `first`.
    fn value(&self, first: usize) -> Option<&Dynamic> {
        match &self.tail {
            Some(tail) if tail.first == Some(first) => Some(&tail.value),
            _ => self.entries.latest(first, self.written),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Dynamic> {
        match &self.tail {
            Some(tail) if tail.key == *key => Some(&tail.value),
            _ => self.value(self.entries.find(key, self.written)?),
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter::Grown { grown: self, next: 0, end: self.written, tail: true, left: self.len() }
    }
}

/// An iterator over the entries of a [`Map`].
pub(super) enum Iter<'a> {
    Whole(indexmap::map::Iter<'a, Text, Dynamic>),
    Grown {
        grown: &'a Grown,
        next: usize,
        end: usize,
        /// Whether the last entry is still to come.
        tail: bool,
        left: usize,
    },
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Text, &'a Dynamic);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Whole(entries) => entries.next(),
            Self::Grown { grown, next, end, tail, left } => {
                *left = left.checked_sub(1)?;
                while next < end {
                    let at = *next;
                    *next += 1;
                    if !grown.entries.is_repeat(at) {
                        return Some((&grown.entries.get(at)?.0, grown.value(at)?));
                    }
                }
                *tail = false;
                grown.tail.as_ref().map(|tail| (&tail.key, &tail.value))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Whole(entries) => entries.size_hint(),
            Self::Grown { left, .. } => (*left, Some(*left)),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Whole(entries) => entries.next_back(),
            Self::Grown { grown, next, end, tail, left } => {
                *left = left.checked_sub(1)?;
                if std::mem::take(tail)
                    && let Some(Tail { key, value, first: None }) = &grown.tail
                {
                    return Some((key, value));
                }
                while next < end {
                    *end -= 1;
                    if !grown.entries.is_repeat(*end) {
                        return Some((&grown.entries.get(*end)?.0, grown.value(*end)?));
                    }
                }
                None
            }
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
