//! [`Pending`]: who was told of a run's events by code that could not wait, and is waited for later.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::Result;

/// What has to be waited for before anything else is told.
pub(super) type Wait = BoxFuture<'static, Result<()>>;

/// Waits that wait for the next event of the run or of one below.
///
/// They hold their event and with it the run, so that they must be taken or dropped when the run closes. A counter of
/// the tree says in how many runs there are any: it is asked at every event, so that no run above has to be.
#[derive(Default)]
pub(super) struct Pending(Mutex<Vec<Wait>>);

impl Pending {
    pub(super) fn push(&self, waits: Vec<Wait>, count: &AtomicUsize) {
        if !waits.is_empty() {
            let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if own.is_empty() {
                count.fetch_add(1, Ordering::Release);
            }
            own.extend(waits);
        }
    }

    pub(super) fn take(&self, count: &AtomicUsize) -> Vec<Wait> {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !own.is_empty() {
            count.fetch_sub(1, Ordering::Release);
        }
        std::mem::take(&mut *own)
    }
}
