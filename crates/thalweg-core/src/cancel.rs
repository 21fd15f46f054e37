//! [`CancelToken`]: ends a call from outside.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use slab::Slab;

/// Ends calls from outside: give it to [`Config::cancel_token`](crate::Config::cancel_token), and cancel it from
/// anywhere. The call then ends with an error of kind `Cancelled`, after all that ran for it has been closed.
///
/// Clones are the same token. A cancelled token stays cancelled.
///
/// ```
/// use thalweg_core::{CancelToken, Chain, Config, ErrorKind};
///
/// let token = CancelToken::new();
/// token.cancel();
/// let chain = Chain::new(|text: String| text);
/// let error = chain.invoke_blocking_with("", Config::new().cancel_token(token)).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Cancelled);
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Shared>);

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    /// Those who wait. Each finds its place by its key at once, however many there are, and leaves it when it is
    /// dropped.
    waiting: Mutex<Slab<Waker>>,
}

impl CancelToken {
    /// A token that has not been cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends all calls that have this token.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        let waiting = std::mem::take(&mut *self.0.lock());
        for (_, waker) in waiting {
            waker.wake();
        }
    }

    /// Whether it has been cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// Whether both are the same token.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A future that is ready when the token is cancelled.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled { shared: Arc::clone(&self.0), key: None }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Slab<Waker>> {
        // Nothing that is done under the lock leaves it half done.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish()
    }
}

/// Waits for a token to be cancelled; made by [`CancelToken::cancelled`].
///
/// ```
/// use futures_util::FutureExt;
///
/// let token = thalweg_core::CancelToken::new();
/// assert!(token.cancelled().now_or_never().is_none());
/// token.cancel();
/// assert!(token.cancelled().now_or_never().is_some());
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct Cancelled {
    shared: Arc<Shared>,
    /// The place among those who wait.
    key: Option<usize>,
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.shared.cancelled.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        let mut waiting = this.shared.lock();
        let old = match this.key.and_then(|key| waiting.get_mut(key)) {
            Some(waker) if waker.will_wake(cx.waker()) => None,
            Some(waker) => Some(std::mem::replace(waker, cx.waker().clone())),
            None => {
                this.key = Some(waiting.insert(cx.waker().clone()));
                None
            }
        };
        drop(waiting);
        // Not under the lock: it may be the last that holds a task which waits here too.
        drop(old);
        // Whoever cancelled meanwhile may have missed the new waker.
        if this.shared.cancelled.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            // Once the token is cancelled the place may be another's, who needs it no more either.
            let waker = self.shared.lock().try_remove(key);
            drop(waker);
        }
    }
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancelled").finish_non_exhaustive()
    }
}
