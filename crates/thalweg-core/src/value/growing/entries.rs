//! [`Entries`]: the entries of an object in the order in which they were written.

use std::sync::OnceLock;

use super::index::{Found, Index};
use super::log::{Log, Range};
use crate::value::{Dynamic, Text};

/// A growing sequence of entries that can be searched by key. A key may come again: then the object has the
/// later value, at the place of the first.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    log: Log<(Text, Dynamic)>,
    /// From the ninth entry on, or from the first repetition.
    index: OnceLock<Box<Index>>,
    /// The numbers of the entries that repeat a key.
    repeats: OnceLock<Box<Log<usize>>>,
}

/// So many entries are searched one by one.
const FEW: usize = 8;

impl Entries {
    /// How many entries have been written, the repeated ones too.
    pub(crate) fn written(&self) -> usize {
        self.log.len()
    }

    /// How many of the first `bound` entries repeat a key.
    pub(crate) fn repeats(&self, bound: usize) -> usize {
        self.repeats.get().map_or(0, |repeats| repeats.count_below(bound))
    }

    /// Whether entry `at` repeats a key.
    pub(crate) fn is_repeat(&self, at: usize) -> bool {
        self.repeats.get().is_some_and(|repeats| repeats.get(repeats.count_below(at)) == Some(&at))
    }

    pub(crate) fn get(&self, at: usize) -> Option<&(Text, Dynamic)> {
        self.log.get(at)
    }

    pub(crate) fn range(&self, from: usize, to: usize) -> Range<'_, (Text, Dynamic)> {
        self.log.range(from, to)
    }

    /// The entries of `key`, if the first is among the first `bound` of all.
    pub(crate) fn find(&self, key: &str, bound: usize) -> Option<Found<'_>> {
        match self.index.get() {
            Some(index) => index.find(key, |at| self.is_key(at, key)).filter(|found| found.first < bound),
            None => self.range(0, bound.min(FEW)).position(|(k, _)| k == key).map(Found::only),
        }
    }

    /// The value that the key of entry `first` has after the first `bound` entries.
    pub(crate) fn latest(&self, first: usize, bound: usize) -> Option<&Dynamic> {
        let (key, value) = self.get(first)?;
        if self.repeats(bound) == 0 {
            return Some(value);
        }
        self.get(self.find(key, bound)?.last_below(bound)).map(|(_, value)| value)
    }

    /// Appends an entry. Only the owner of the entries may do that.
    pub(crate) fn push(&self, key: Text, value: Dynamic) {
        let at = self.log.len();
        let repeats = self.find(&key, at).is_some();
        if self.index.get().is_none() && (at >= FEW || repeats) {
            let index = Box::<Index>::default();
            for (at, (key, _)) in self.range(0, at).enumerate() {
                index.insert(key, at, |at| self.is_key(at, key));
            }
            let _ = self.index.set(index);
        }
        if let Some(index) = self.index.get() {
            index.insert(&key, at, |at| self.is_key(at, &key));
        }
        if repeats {
            let _ = self.repeats.get_or_init(Box::default).push(at);
        }
        let _ = self.log.push((key, value));
    }

    fn is_key(&self, at: usize, key: &str) -> bool {
        self.log.get(at).is_some_and(|(k, _)| k == key)
    }
}
