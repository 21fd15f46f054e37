//! [`GrowingList`]: a list that is still being written.

use std::sync::Arc;

use super::Log;
use crate::value::{Dynamic, List};

/// A list to which elements are added at the end.
#[derive(Debug, Default)]
pub(crate) struct GrowingList(Option<Arc<Log<Dynamic>>>);

impl GrowingList {
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |log| log.len())
    }

    pub(crate) fn push(&mut self, value: Dynamic) {
        // Nobody else appends to this log, so the place is free.
        let _ = self.0.get_or_insert_default().push(value);
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Dynamic> {
        self.0.as_ref()?.get(at)
    }

    /// The first `len` elements, and one more that is not finished.
    pub(crate) fn snapshot(&mut self, len: usize, tail: Option<Dynamic>) -> List {
        if len == 0 && tail.is_none() {
            return List::new();
        }
        List::grown(Arc::clone(self.0.get_or_insert_default()), len, tail)
    }

    pub(crate) fn finish(mut self) -> List {
        self.snapshot(self.len(), None)
    }
}
