//! [`GrowingMap`]: an object that is still being written.

use crate::value::{Dynamic, Map, Text};

#[derive(Debug, Default)]
pub(crate) struct GrowingMap(Vec<(Text, Dynamic)>);

impl GrowingMap {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push(&mut self, key: Text, value: Dynamic) {
        self.0.push((key, value));
    }

    pub(crate) fn get(&self, at: usize) -> Option<(&Text, &Dynamic)> {
        self.0.get(at).map(|(k, v)| (k, v))
    }

    /// The first `len` entries as they were written, and one more that is not finished.
    pub(crate) fn snapshot(&mut self, len: usize, tail: Option<(Text, Dynamic)>) -> Map {
        self.0.iter().take(len).cloned().chain(tail).collect()
    }

    pub(crate) fn finish(self) -> Map {
        self.0.into_iter().collect()
    }
}
