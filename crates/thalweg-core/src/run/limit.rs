//! [`Limit`]: how much of a tree may run at once.
//!
//! Whoever fans out runs one child on its own permit and asks for an extra permit for each further child. So there is
//! always one child that goes on without asking, at every level of the tree, and nobody waits for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker, ready};

/// The permits that a tree shares. Permits go to those who ask in the order in which they asked.
pub(crate) struct Limit {
    most: usize,
    /// The limit of the tree around this one, which holds here too.
    outer: Option<Arc<Self>>,
    state: Mutex<State>,
}

struct State {
    /// Extra permits that nobody has; none while somebody waits.
    free: usize,
    next: u64,
    waiting: BTreeMap<u64, Waker>,
    /// Those who have been given a permit and have not taken it yet.
    granted: BTreeSet<u64>,
}

impl Limit {
    /// A limit of `most` at once (0 counts as 1), inside another one.
    pub(crate) fn new(most: usize, outer: Option<Arc<Self>>) -> Arc<Self> {
        let state = State {
            // One permit belongs to the root of the tree.
            free: most.saturating_sub(1),
            next: 0,
            waiting: BTreeMap::new(),
            granted: BTreeSet::new(),
        };
        Arc::new(Self { most, outer, state: Mutex::new(state) })
    }

    /// How much may run at once.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// Asks for a permit for one child more than the first.
    pub(crate) fn acquire(self: &Arc<Self>) -> Acquire {
        Acquire { limit: Arc::clone(self), asked: Asked::Nothing }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No foreign code runs while the lock is held, so that it can't be poisoned in a bad state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn release(&self) {
        let mut state = self.lock();
        let Some((ticket, waker)) = state.waiting.pop_first() else {
            state.free += 1;
            return;
        };
        state.granted.insert(ticket);
        drop(state);
        waker.wake();
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit").field("most", &self.most).field("outer", &self.outer).finish_non_exhaustive()
    }
}

/// The right to run one child more; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    limit: Arc<Limit>,
    /// The permit of the limit around.
    outer: Option<Box<Self>>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.outer = None;
        self.limit.release();
    }
}

/// Waits for a permit, in turn.
#[must_use = "futures do nothing unless polled"]
pub(crate) struct Acquire {
    limit: Arc<Limit>,
    asked: Asked,
}

enum Asked {
    Nothing,
    /// Waits in this limit's queue.
    Here(u64),
    /// Has this limit's permit and waits for the outer one.
    Outer(Option<Permit>, Pin<Box<Acquire>>),
}

impl Acquire {
    /// Asks for this limit's own permit.
    fn poll_here(&mut self, cx: &mut Poller<'_>) -> Poll<Permit> {
        let mut state = self.limit.lock();
        match self.asked {
            Asked::Here(ticket) if state.granted.remove(&ticket) => {}
            Asked::Here(ticket) => {
                if let Some(waker) = state.waiting.get_mut(&ticket) {
                    waker.clone_from(cx.waker());
                }
                return Poll::Pending;
            }
            _ if state.free > 0 => state.free -= 1,
            _ => {
                let ticket = state.next;
                state.next += 1;
                state.waiting.insert(ticket, cx.waker().clone());
                self.asked = Asked::Here(ticket);
                return Poll::Pending;
            }
        }
        drop(state);
        self.asked = Asked::Nothing;
        Poll::Ready(Permit { limit: Arc::clone(&self.limit), outer: None })
    }
}

impl Future for Acquire {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Permit> {
        let this = &mut *self;
        loop {
            if let Asked::Outer(own, outer) = &mut this.asked {
                let permit = ready!(outer.as_mut().poll(cx));
                if let Some(mut own) = own.take() {
                    own.outer = Some(Box::new(permit));
                    this.asked = Asked::Nothing;
                    return Poll::Ready(own);
                }
                // Polled again after it was ready: it asks anew.
                this.asked = Asked::Nothing;
            }
            let own = ready!(this.poll_here(cx));
            match &this.limit.outer {
                None => return Poll::Ready(own),
                Some(outer) => this.asked = Asked::Outer(Some(own), Box::pin(outer.acquire())),
            }
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if let Asked::Here(ticket) = self.asked {
            let mut state = self.limit.lock();
            state.waiting.remove(&ticket);
            let granted = state.granted.remove(&ticket);
            drop(state);
            if granted {
                self.limit.release();
            }
        }
    }
}
