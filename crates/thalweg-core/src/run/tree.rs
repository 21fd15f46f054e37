//! [`Tree`]: what all runs of one tree share: the order of their events, and how many have somebody to wait for.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What all runs of one tree share.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    next: AtomicU64,
    waits: AtomicUsize,
}

impl Tree {
    /// The next event's number. Whoever asks holds the queues of all who read the event, so that each of them gets the
    /// events in the order of their numbers, whichever threads tell them.
    pub(crate) fn next(&self) -> u64 {
        // At an event each nanosecond this lasts for centuries.
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts those who have been told by code that could not wait.
    pub(super) fn add_waits(&self, more: usize) {
        self.waits.fetch_add(more, Ordering::Release);
    }

    /// They have been waited for, or will not be.
    pub(super) fn remove_waits(&self, fewer: usize) {
        self.waits.fetch_sub(fewer, Ordering::Release);
    }

    /// How many are still to be waited for in the whole tree: mostly none, which costs one look.
    pub(super) fn waits(&self) -> usize {
        self.waits.load(Ordering::Acquire)
    }
}
