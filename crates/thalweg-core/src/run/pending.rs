//! [`Pending`]: who was told of a run's events by code that could not wait, and is waited for later.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::{Run, Tree};
use crate::error::Result;

/// What has to be waited for before anything else is told.
pub(super) type Wait = BoxFuture<'static, Result<()>>;

/// Waits that wait for the next event of the run or of one below.
///
/// They hold their event and with it the run, so that they must be taken or dropped when the run closes. The tree
/// counts them all: that is asked at every event, so that no run above has to be.
#[derive(Default)]
pub(super) struct Pending(Mutex<VecDeque<Wait>>);

impl Pending {
    pub(super) fn push<W>(&self, waits: W, tree: &Tree)
    where
        W: IntoIterator<Item = Wait, IntoIter: ExactSizeIterator>,
    {
        let waits = waits.into_iter();
        if waits.len() > 0 {
            let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            tree.add_waits(waits.len());
            own.extend(waits);
        }
    }

    pub(super) fn take(&self, tree: &Tree) -> VecDeque<Wait> {
        let waits = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        tree.remove_waits(waits.len());
        waits
    }

    /// Puts back what was taken and not waited for, before what has come since.
    fn put_back(&self, wait: Wait, tree: &Tree) {
        let mut own = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tree.add_waits(1);
        own.push_front(wait);
    }
}

/// What was pending on a run and those above, to be waited for by one of them. Should that be dropped meanwhile, the
/// rest is pending again on the runs that are still open.
#[derive(Default)]
pub(super) struct Taken(VecDeque<(Arc<Run>, Wait)>);

impl Taken {
    /// Takes what is pending on one more run.
    pub(super) fn take(&mut self, run: &Arc<Run>) {
        let waits = run.pending.take(&run.scope().tree);
        self.0.extend(waits.into_iter().map(|wait| (Arc::clone(run), wait)));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits for the first one that is left.
    pub(super) async fn wait_for_next(&mut self) -> Option<Result<()>> {
        let (_, wait) = self.0.front_mut()?;
        let told = wait.as_mut().await;
        self.0.pop_front();
        Some(told)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        while let Some((run, wait)) = self.0.pop_back() {
            run.pending.put_back(wait, &run.scope().tree);
            if run.is_closed() {
                run.abandon();
            }
        }
    }
}
