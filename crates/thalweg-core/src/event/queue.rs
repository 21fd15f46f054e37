//! [`EventQueue`]: where a reader's events wait until it takes them.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use super::{Event, EventKind, EventMask, Listener, Notified, Wants};
use crate::run::Run;

/// How many events may wait before runs have to wait for the reader.
const ROOM: usize = 128;

/// The events of one reader, between the runs that tell them and the reader that takes them.
///
/// The reader drives the chain only when nothing waits here, so that mostly the queue holds what one poll gave. Runs
/// that go on by themselves (in tasks of their own, or many events within one poll) wait once it is full.
pub(crate) struct EventQueue {
    wants: Wants,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    events: VecDeque<Event>,
    reader: Option<Waker>,
    writers: Vec<Waker>,
    closed: bool,
    /// Whether a run has started.
    started: bool,
    /// The first run without a parent, as long as it has not ended.
    root: Option<Arc<Run>>,
}

impl EventQueue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an event into the queue; false if there is no more room after it.
    fn push(&self, event: Event) -> bool {
        let mut inner = self.lock();
        if inner.closed {
            return true;
        }
        inner.started = true;
        if self.wants.watches_root(&event.run) && Self::is_for_root_tap(&mut inner, &event) {
            return true;
        }
        if !self.wants.passes(&event) {
            return true;
        }
        inner.events.push_back(event);
        let room = inner.events.len() < ROOM;
        let reader = inner.reader.take();
        drop(inner);
        if let Some(reader) = reader {
            reader.wake();
        }
        room
    }

    /// In compat mode the reader itself tells the root's chunks, as they reach it.
    fn is_for_root_tap(inner: &mut Inner, event: &Event) -> bool {
        match &event.kind {
            EventKind::Start { .. } if event.run.parent().is_none() && inner.root.is_none() => {
                inner.root = Some(Arc::clone(&event.run));
                false
            }
            kind if inner.root.as_ref().is_some_and(|root| Arc::ptr_eq(root, &event.run)) => {
                if kind.mask().intersects(EventMask::CLOSE) {
                    inner.root = None;
                }
                matches!(kind, EventKind::Stream { .. })
            }
            _ => false,
        }
    }
}

/// A shared [`EventQueue`]: one end for runs, one for the reader.
pub(crate) struct Queue(Arc<EventQueue>);

impl Queue {
    pub(crate) fn new(wants: Wants) -> Self {
        Self(Arc::new(EventQueue { wants, inner: Mutex::default() }))
    }

    /// Takes all that waits, for an empty `taken`.
    pub(crate) fn take(&self, taken: &mut VecDeque<Event>) {
        let mut inner = self.0.lock();
        std::mem::swap(&mut inner.events, taken);
        if !inner.writers.is_empty() {
            let writers = std::mem::take(&mut inner.writers);
            drop(inner);
            writers.into_iter().for_each(Waker::wake);
        }
    }

    /// Asks to be woken by the next event; false if there is one already.
    pub(crate) fn register(&self, waker: &Waker) -> bool {
        let mut inner = self.0.lock();
        if !inner.events.is_empty() {
            return false;
        }
        match &mut inner.reader {
            Some(reader) => reader.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        true
    }

    /// The root run, if it has started and not ended.
    pub(crate) fn open_root(&self) -> Option<Arc<Run>> {
        self.0.lock().root.clone()
    }

    /// Puts an event of the reader's own into the queue, past the watch for the root's chunks.
    pub(crate) fn push_own(&self, event: Event) {
        if self.0.wants.passes(&event) {
            self.0.lock().events.push_back(event);
        }
    }

    /// Lets go of runs that wait, and takes nothing more.
    pub(crate) fn close(&self) {
        let mut inner = self.0.lock();
        inner.closed = true;
        inner.events.clear();
        let writers = std::mem::take(&mut inner.writers);
        drop(inner);
        writers.into_iter().for_each(Waker::wake);
    }
}

impl Listener for Queue {
    fn hears(&self, run: &Run) -> EventMask {
        self.0.wants.mask(run, || !self.0.lock().started)
    }

    fn notify(&self, event: &Event) -> Notified {
        self.notify_owned(event.clone())
    }

    fn notify_owned(&self, event: Event) -> Notified {
        if self.0.push(event) { Notified::Done } else { Notified::Wait(Box::pin(Room(Arc::clone(&self.0)))) }
    }

    fn wants_tokens(&self) -> bool {
        true
    }
}

/// Ready when the reader has taken what waits.
struct Room(Arc<EventQueue>);

impl Future for Room {
    type Output = crate::Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<crate::Result<()>> {
        let mut inner = self.0.lock();
        if inner.closed || inner.events.len() < ROOM {
            return Poll::Ready(Ok(()));
        }
        // One that is polled again while it waits is known already.
        if !inner.writers.iter().any(|writer| writer.will_wake(cx.waker())) {
            inner.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}
