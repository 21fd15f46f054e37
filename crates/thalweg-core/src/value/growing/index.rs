//! [`Index`]: finds the entries of a growing object by their keys.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use super::log::Log;

/// A hash tree that only grows, so that it can be read while it does. It holds the numbers of entries; whoever
/// asks knows the entries' keys.
#[derive(Debug, Default)]
pub(super) struct Index {
    hasher: RandomState,
    root: Node,
}

const BITS: u32 = 3;

#[derive(Debug, Default)]
struct Node([Slot; 1 << BITS]);

/// The entries of one key, and the way on for other keys of the same hash so far.
#[derive(Debug, Default)]
struct Slot {
    first: OnceLock<usize>,
    /// Later entries of the same key.
    again: OnceLock<Box<Log<usize>>>,
    longer: OnceLock<Box<Node>>,
}

/// All entries of one key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) first: usize,
    again: Option<&'a Log<usize>>,
}

impl Found<'_> {
    /// An entry whose key does not come again.
    pub(super) fn only(first: usize) -> Self {
        Self { first, again: None }
    }

    /// The last of the entries before `bound`; the first must be before it.
    pub(crate) fn last_below(&self, bound: usize) -> usize {
        self.again.and_then(|again| again.last_below(bound)).unwrap_or(self.first)
    }
}

impl Index {
    /// The slot of `key`, which is empty if there is no entry yet. `is_key` tells whether an entry has it.
    fn slot(&self, key: &str, is_key: impl Fn(usize) -> bool, grow: bool) -> Option<&Slot> {
        let mut hash = self.hasher.hash_one(key);
        let mut node = &self.root;
        loop {
            let slot = node.0.get(usize::try_from(hash % (1 << BITS)).ok()?)?;
            match slot.first.get() {
                Some(first) if !is_key(*first) => {}
                _ => return Some(slot),
            }
            // Keys whose whole hashes are equal end up in a row of first slots.
            hash >>= BITS;
            node = if grow { slot.longer.get_or_init(Box::default) } else { slot.longer.get()? };
        }
    }

    pub(super) fn find(&self, key: &str, is_key: impl Fn(usize) -> bool) -> Option<Found<'_>> {
        let slot = self.slot(key, is_key, false)?;
        Some(Found { first: *slot.first.get()?, again: slot.again.get().map(|again| &**again) })
    }

    /// Adds an entry.
    pub(super) fn insert(&self, key: &str, entry: usize, is_key: impl Fn(usize) -> bool) {
        let Some(slot) = self.slot(key, is_key, true) else { return };
        if *slot.first.get_or_init(|| entry) != entry {
            // Only the one owner of the log inserts, so the place is free.
            let _ = slot.again.get_or_init(Box::default).push(entry);
        }
    }
}
