//! [`Tree`]: what all runs of one tree share: the order of their events, and how many have somebody to wait for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use web_time::SystemTime;

use super::Run;
use crate::event::{Event, EventKind};

/// What all runs of one tree share.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    next: Mutex<u64>,
    waits: AtomicUsize,
}

impl Tree {
    /// Takes the tree's turn to tell. Readers are handed the event before it is given back, so that all of them get
    /// the events in the order of their numbers, whichever threads tell them. No foreign code runs meanwhile.
    pub(crate) fn order(&self) -> Order<'_> {
        Order(self.next.lock().unwrap_or_else(PoisonError::into_inner))
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

/// The turn to tell of one event.
pub(crate) struct Order<'a>(MutexGuard<'a, u64>);

impl Order<'_> {
    /// The next event.
    pub(crate) fn event(&mut self, run: &Arc<Run>, kind: EventKind) -> Event {
        let seq = *self.0;
        // At an event each nanosecond this lasts for centuries.
        *self.0 = seq.wrapping_add(1);
        Event { seq, time: SystemTime::now(), run: Arc::clone(run), kind }
    }
}
