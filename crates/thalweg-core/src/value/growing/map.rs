//! [`GrowingMap`]: an object that is still being written.

use std::sync::Arc;

use super::Entries;
use crate::value::{Dynamic, Map, Text};

/// An object to which entries are added at the end. A key may come again.
#[derive(Debug, Default)]
pub(crate) struct GrowingMap {
    entries: Option<Arc<Entries>>,
    /// The key whose value comes next, and its first entry, if it has one.
    key: Text,
    first: Option<usize>,
    /// A bit for every kind of key that has been there, see [`kind`].
    kinds: u64,
}

/// One of 64 bits for a key, chosen so that the keys of small objects mostly have different ones.
fn kind(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    1 << ((bytes.len() + usize::from(first) * 7 + usize::from(last) * 3) % 64)
}

impl GrowingMap {
    /// How many entries have been written, the repeated ones too.
    pub(crate) fn written(&self) -> usize {
        self.entries.as_ref().map_or(0, |entries| entries.written())
    }

    /// Begins an entry.
    pub(crate) fn set_key(&mut self, key: Text) {
        let kind = kind(&key);
        self.first = match &self.entries {
            Some(entries) if self.kinds & kind != 0 => entries.find(&key, entries.written()),
            _ => None,
        };
        self.kinds |= kind;
        self.key = key;
    }

    /// Ends the entry that was begun.
    pub(crate) fn push(&mut self, value: Dynamic) {
        let key = std::mem::take(&mut self.key);
        self.entries.get_or_insert_default().push(key, self.first, value);
    }

    /// The value that was written as number `at`.
    pub(crate) fn get(&self, at: usize) -> Option<&Dynamic> {
        self.entries.as_ref()?.get(at).map(|(_, value)| value)
    }

    /// The object so far, and a value that is not finished for the entry that was begun.
    pub(crate) fn snapshot(&mut self, tail: Option<Dynamic>) -> Map {
        let written = self.written();
        if written == 0 && tail.is_none() {
            return Map::new();
        }
        let tail = tail.map(|value| (self.key.clone(), self.first, value));
        Map::grown(Arc::clone(self.entries.get_or_insert_default()), written, tail)
    }

    /// The object after `written` entries, and another value for the next.
    pub(crate) fn prefix(&mut self, written: usize, tail: Option<Dynamic>) -> Map {
        if written == self.written() {
            self.snapshot(tail)
        } else {
            self.snapshot(None).prefix(written, tail)
        }
    }

    pub(crate) fn finish(mut self) -> Map {
        self.snapshot(None)
    }
}
