//! [`Pending`]: who was told of a run's events by code that could not wait, and is waited for later.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::Result;

/// What has to be waited for before anything else is told.
pub(super) type Wait = BoxFuture<'static, Result<()>>;

/// Waits that wait for the next event of the run or of one below.
///
/// They hold their event and with it the run, so that they must be taken or dropped when the run closes.
#[derive(Default)]
pub(super) struct Pending {
    /// Whether there is anything: asked at every event, so that this costs no lock.
    any: AtomicBool,
    waits: Mutex<Vec<Wait>>,
}

impl Pending {
    pub(super) fn push(&self, waits: Vec<Wait>) {
        if !waits.is_empty() {
            self.waits.lock().unwrap_or_else(PoisonError::into_inner).extend(waits);
            self.any.store(true, Ordering::Release);
        }
    }

    pub(super) fn take(&self) -> Vec<Wait> {
        if self.any.load(Ordering::Acquire) && self.any.swap(false, Ordering::AcqRel) {
            std::mem::take(&mut *self.waits.lock().unwrap_or_else(PoisonError::into_inner))
        } else {
            Vec::new()
        }
    }
}
