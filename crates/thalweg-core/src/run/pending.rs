//! [`Pending`]: who was told of a run's events by code that could not wait, and is waited for later.

use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::Tree;
use crate::error::Result;

/// What has to be waited for before anything else is told.
pub(super) type Wait = BoxFuture<'static, Result<()>>;

/// Waits that wait for the next event of the run or of one below.
///
/// They hold their event and with it the run, so that they must be taken or dropped when the run closes. The tree
/// counts them all: that is asked at every event, so that no run above has to be.
#[derive(Default)]
pub(super) struct Pending(Mutex<Vec<Wait>>);

impl Pending {
    pub(super) fn push(&self, waits: Vec<Wait>, tree: &Tree) {
        if !waits.is_empty() {
            let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            tree.add_waits(waits.len());
            own.extend(waits);
        }
    }

    pub(super) fn take(&self, tree: &Tree) -> Vec<Wait> {
        let waits = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tree.remove_waits(waits.len());
        waits
    }
}
