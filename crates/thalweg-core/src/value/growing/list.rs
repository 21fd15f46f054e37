//! [`GrowingList`]: a list that is still being written.

use crate::value::{Dynamic, List};

#[derive(Debug, Default)]
pub(crate) struct GrowingList(Vec<Dynamic>);

impl GrowingList {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push(&mut self, value: Dynamic) {
        self.0.push(value);
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Dynamic> {
        self.0.get(at)
    }

    /// The first `len` elements, and one more that is not finished.
    pub(crate) fn snapshot(&mut self, len: usize, tail: Option<Dynamic>) -> List {
        self.0.iter().take(len).cloned().chain(tail).collect()
    }

    pub(crate) fn finish(self) -> List {
        self.0.into()
    }
}
