//! [`GrowingMap`]: an object that is still being written.

use std::sync::Arc;

use super::Entries;
use crate::value::{Dynamic, Map, Text};

/// An object to which entries are added at the end. A key may come again.
#[derive(Debug, Default)]
pub(crate) struct GrowingMap(Option<Arc<Entries>>);

impl GrowingMap {
    /// How many entries have been written, the repeated ones too.
    pub(crate) fn written(&self) -> usize {
        self.0.as_ref().map_or(0, |entries| entries.written())
    }

    pub(crate) fn push(&mut self, key: Text, value: Dynamic) {
        self.0.get_or_insert_default().push(key, value);
    }

    /// The entry that was written as number `at`.
    pub(crate) fn get(&self, at: usize) -> Option<&(Text, Dynamic)> {
        self.0.as_ref()?.get(at)
    }

    /// The object after `written` entries, and one more that is not finished.
    pub(crate) fn snapshot(&self, written: usize, tail: Option<(Text, Dynamic)>) -> Map {
        match &self.0 {
            Some(entries) if written > 0 => Map::grown(Arc::clone(entries), written, tail),
            _ => tail.into_iter().collect(),
        }
    }

    pub(crate) fn finish(self) -> Map {
        self.snapshot(self.written(), None)
    }
}
