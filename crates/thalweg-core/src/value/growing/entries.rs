//! [`Entries`]: the entries of an object in the order in which they were written.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use super::index::Index;
use super::log::{Log, Range};
use crate::value::{Dynamic, Text};

/// A growing sequence of entries that can be searched by key. A key may come again: then the object has the
/// later value, at the place of the first.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    log: Log<(Text, Dynamic)>,
    /// The first entry of each key, from the ninth entry on.
    keys: OnceLock<Box<Keys>>,
    /// Only if a key has come again.
    repeats: OnceLock<Box<Repeats>>,
}

#[derive(Debug, Default)]
struct Keys {
    hasher: RandomState,
    index: Index,
}

#[derive(Debug, Default)]
struct Repeats {
    /// The numbers of all entries that repeat a key.
    all: Log<usize>,
    /// For each repeated key the number of its first entry, and of the later ones.
    by_key: Log<(usize, Log<usize>)>,
    index: Index,
}

/// So many entries are searched one by one.
const FEW: usize = 8;

impl Keys {
    fn find(&self, entries: &Entries, key: &str) -> Option<usize> {
        self.index.find(self.hasher.hash_one(key), |at| entries.is_key(at, key))
    }

    fn add(&self, key: &str, at: usize, count: usize) {
        self.index.add(self.hasher.hash_one(key), at, count);
    }
}

impl Repeats {
    fn of(&self, first: usize) -> Option<&Log<usize>> {
        let is_first = |number: usize| self.by_key.get(number).is_some_and(|(at, _)| *at == first);
        self.by_key.get(self.index.find(hash(first), is_first)?).map(|(_, later)| later)
    }

    fn add(&self, first: usize, at: usize) {
        let _ = self.all.push(at);
        if let Some(later) = self.of(first) {
            let _ = later.push(at);
        } else {
            let later = Log::default();
            let _ = later.push(at);
            let number = self.by_key.len();
            let _ = self.by_key.push((first, later));
            self.index.add(hash(first), number, number);
        }
    }
}

/// Numbers of entries need no better hash: nobody chooses them.
fn hash(first: usize) -> u64 {
    first as u64
}

impl Entries {
    /// How many entries have been written, the repeated ones too.
    pub(crate) fn written(&self) -> usize {
        self.log.len()
    }

    /// How many of the first `bound` entries repeat a key.
    pub(crate) fn repeats(&self, bound: usize) -> usize {
        self.repeats.get().map_or(0, |repeats| repeats.all.count_below(bound))
    }

    /// Whether entry `at` repeats a key.
    pub(crate) fn is_repeat(&self, at: usize) -> bool {
        self.repeats.get().is_some_and(|repeats| repeats.all.get(repeats.all.count_below(at)) == Some(&at))
    }

    pub(crate) fn get(&self, at: usize) -> Option<&(Text, Dynamic)> {
        self.log.get(at)
    }

    pub(crate) fn range(&self, from: usize, to: usize) -> Range<'_, (Text, Dynamic)> {
        self.log.range(from, to)
    }

    /// The first entry of `key`, if it is among the first `bound` of all.
    pub(crate) fn find(&self, key: &str, bound: usize) -> Option<usize> {
        match self.keys.get() {
            Some(keys) => keys.find(self, key).filter(|first| *first < bound),
            None => self.range(0, bound.min(self.written())).position(|(k, _)| k == key),
        }
    }

    /// The last entry among the first `bound` that has the key of entry `first`.
    pub(crate) fn last(&self, first: usize, bound: usize) -> usize {
        self.repeats.get().and_then(|repeats| repeats.of(first)?.last_below(bound)).unwrap_or(first)
    }

    /// The value that the key of entry `first` has after the first `bound` entries.
    pub(crate) fn latest(&self, first: usize, bound: usize) -> Option<&Dynamic> {
        self.get(self.last(first, bound)).map(|(_, value)| value)
    }

    /// The keys of the entries from `from` to before `to`, each once.
    pub(crate) fn keys_between(&self, from: usize, to: usize) -> impl Iterator<Item = &Text> {
        let repeated = self.repeats(to) > self.repeats(from);
        let entries = (from..).zip(self.range(from, to)).map(|(at, (key, _))| (at, key));
        entries.filter(move |(at, key)| !repeated || self.last_of(key, to) == Some(*at)).map(|(_, key)| key)
    }

    /// The last entry of `key` among the first `bound`.
    pub(crate) fn last_of(&self, key: &str, bound: usize) -> Option<usize> {
        Some(self.last(self.find(key, bound)?, bound))
    }

    /// Appends an entry, whose key was first written as entry `first` if it was before. Only the owner of the
    /// entries may do that; so every place it takes is free.
    pub(crate) fn push(&self, key: Text, first: Option<usize>, value: Dynamic) {
        let at = self.written();
        if at == FEW {
            let keys = Box::<Keys>::default();
            let firsts = self.range(0, at).enumerate().filter(|(at, _)| !self.is_repeat(*at));
            for (count, (at, (key, _))) in firsts.enumerate() {
                keys.add(key, at, count);
            }
            let _ = self.keys.set(keys);
        }
        if let Some(first) = first {
            self.repeats.get_or_init(Box::default).add(first, at);
        } else if let Some(keys) = self.keys.get() {
            keys.add(&key, at, at - self.repeats(at));
        }
        let _ = self.log.push((key, value));
    }

    fn is_key(&self, at: usize, key: &str) -> bool {
        self.log.get(at).is_some_and(|(k, _)| k == key)
    }
}
