//! [`Queue`]: where a reader's events wait until it takes them.
//!
//! Foreign code (wakers, and what is dropped with an event) never runs while the lock is held.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use super::stuck::{Reader, is_stuck};
use super::{Event, EventKind, EventMask, Listener, Notified, Wants};
use crate::error::{Error, ErrorKind, Result};
use crate::run::Run;

/// How many events may wait before runs have to wait for the reader.
const ROOM: usize = 128;

/// How many events may wait if those who tell them cannot wait for the reader; as many async handlers may have to be
/// waited for.
pub(crate) const BACKLOG: usize = 65_536;

/// The events of one reader, between the runs that tell them and the reader that takes them.
///
/// The reader drives the chain only when nothing waits here, so that mostly the queue holds what one poll gave. Runs
/// that go on by themselves (in tasks of their own, or many events within one poll) wait once it is full. Code that
/// cannot wait goes on, until there are so many that it is refused.
struct EventQueue {
    wants: Wants,
    inner: Mutex<Inner>,
    /// Whether there is a whole backlog.
    crowded: AtomicBool,
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

/// What became of an event. It is looked at when no lock is held any more.
#[must_use]
pub(crate) struct Put {
    /// The event, if it is not for this reader.
    rejected: Option<Box<Event>>,
    reader: Option<Waker>,
    /// Whether there is room for another one.
    pub(crate) room: bool,
}

impl Put {
    /// Lets the reader know.
    pub(crate) fn wake(self) -> bool {
        let Self { rejected, reader, room } = self;
        drop(rejected);
        if let Some(reader) = reader {
            reader.wake();
        }
        room
    }
}

impl EventQueue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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
                    // The event holds the run still.
                    inner.root = None;
                }
                matches!(kind, EventKind::Stream { .. })
            }
            _ => false,
        }
    }

    fn add(&self, inner: &mut Inner, event: Event) {
        inner.events.push_back(event);
        if inner.events.len() == BACKLOG {
            self.crowded.store(true, Ordering::Relaxed);
        }
    }
}

/// A shared queue: one end for runs, one for the reader.
pub(crate) struct Queue(Arc<EventQueue>);

impl Queue {
    pub(crate) fn new(wants: Wants) -> Self {
        Self(Arc::new(EventQueue { wants, inner: Mutex::default(), crowded: AtomicBool::new(false) }))
    }

    /// By what the reader is known on the thread on which it polls its call.
    pub(crate) fn reader(&self) -> Reader {
        Reader::new(&self.0)
    }

    /// Puts an event into the queue. Called in the order of the events' numbers.
    pub(crate) fn put(&self, event: Event) -> Put {
        let mut inner = self.0.lock();
        if inner.closed {
            return Put { rejected: Some(Box::new(event)), reader: None, room: true };
        }
        inner.started = true;
        let told_by_reader =
            self.0.wants.watches_root(&event.run) && EventQueue::is_for_root_tap(&mut inner, &event);
        if told_by_reader || !self.0.wants.passes(&event) {
            return Put { rejected: Some(Box::new(event)), reader: None, room: true };
        }
        self.0.add(&mut inner, event);
        Put { rejected: None, reader: inner.reader.take(), room: inner.events.len() < ROOM }
    }

    /// Puts an event of the reader's own into the queue, past the watch for the root's chunks.
    pub(crate) fn put_own(&self, event: Event) -> Put {
        let rejected = if self.0.wants.passes(&event) {
            self.0.add(&mut self.0.lock(), event);
            None
        } else {
            Some(Box::new(event))
        };
        Put { rejected, reader: None, room: true }
    }

    /// Whether so many events wait that no more are taken from code that cannot wait: because it is not async, or
    /// because the reader waits for it to end.
    pub(crate) fn refuses(&self, can_wait: bool) -> bool {
        self.is_crowded() && (!can_wait || is_stuck(self.reader()))
    }

    /// Whether a whole backlog waits.
    pub(crate) fn is_crowded(&self) -> bool {
        self.0.crowded.load(Ordering::Relaxed)
    }

    /// Waits until there is room.
    pub(crate) fn room(&self) -> Room {
        Room(Arc::clone(&self.0))
    }

    /// Takes all that waits, for an empty `taken`.
    pub(crate) fn take(&self, taken: &mut VecDeque<Event>) {
        let mut inner = self.0.lock();
        std::mem::swap(&mut inner.events, taken);
        self.0.crowded.store(false, Ordering::Relaxed);
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

    /// Lets go of runs that wait, and takes nothing more. What waits can still be taken.
    pub(crate) fn close(&self) {
        let mut inner = self.0.lock();
        inner.closed = true;
        let root = inner.root.take();
        let reader = inner.reader.take();
        let writers = std::mem::take(&mut inner.writers);
        drop(inner);
        drop((root, reader));
        writers.into_iter().for_each(Waker::wake);
    }
}

impl Listener for Queue {
    fn hears(&self, run: &Run) -> EventMask {
        self.0.wants.mask(run, || !self.0.lock().started)
    }

    fn notify(&self, event: &Event) -> Notified {
        if self.put(event.clone()).wake() { Notified::Done } else { Notified::Wait(Box::pin(self.room())) }
    }

    fn queue(&self) -> Option<&Queue> {
        Some(self)
    }

    fn wants_tokens(&self) -> bool {
        true
    }
}

/// Ready when the reader has taken what waits; for those for whom the reader itself waits, as long as there is no
/// whole backlog.
pub(crate) struct Room(Arc<EventQueue>);

impl Future for Room {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        let mut inner = self.0.lock();
        if inner.closed || inner.events.len() < ROOM || is_stuck(Reader::new(&self.0)) {
            return Poll::Ready(Ok(()));
        }
        // One that is polled again while it waits is known already.
        if !inner.writers.iter().any(|writer| writer.will_wake(cx.waker())) {
            inner.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }
}

/// The error of what is not told because too much waits to be heard.
pub(crate) fn backlog(what: &'static str) -> Error {
    Error::new(ErrorKind::Backlog, "too many events wait to be heard")
        .with("waiting", BACKLOG.to_string())
        .with("for", what)
}
