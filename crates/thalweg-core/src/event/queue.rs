//! [`Queue`]: where a reader's events wait until it takes them.
//!
//! Foreign code (wakers, and what is dropped with an event) never runs while the lock is held.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use super::stuck::Polled;
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
    /// Whether all that is told is wanted, so that no event is looked at.
    wants_all: bool,
    inner: Mutex<Inner>,
    /// Whether there is a whole backlog.
    crowded: AtomicBool,
    /// Where the reader polls its call.
    polled: Polled,
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

    /// Whether this is to be put into the queue.
    #[inline]
    fn takes(&self, inner: &mut Inner, run: &Arc<Run>, kind: &EventKind) -> bool {
        if inner.closed {
            return false;
        }
        inner.started = true;
        let told_by_reader = self.wants.watches_root(run) && Self::is_for_root_tap(inner, run, kind);
        !told_by_reader && (self.wants_all || self.wants.passes(run, kind))
    }

    /// In compat mode the reader itself tells the root's chunks, as they reach it.
    fn is_for_root_tap(inner: &mut Inner, run: &Arc<Run>, kind: &EventKind) -> bool {
        match kind {
            EventKind::Start { .. } if run.parent().is_none() && inner.root.is_none() => {
                inner.root = Some(Arc::clone(run));
                false
            }
            kind if inner.root.as_ref().is_some_and(|root| Arc::ptr_eq(root, run)) => {
                if kind.mask().intersects(EventMask::CLOSE) {
                    // Whoever tells it holds the run still.
                    inner.root = None;
                }
                matches!(kind, EventKind::Stream { .. })
            }
            _ => false,
        }
    }

    #[inline]
    fn add(&self, inner: &mut Inner, event: Event) {
        inner.events.push_back(event);
        if inner.events.len() == BACKLOG {
            self.crowded.store(true, Ordering::Relaxed);
        }
    }
}

/// Gives the queue back and lets its reader know; whether there is room for another event.
#[inline]
fn release(mut inner: MutexGuard<'_, Inner>) -> bool {
    let room = inner.events.len() < ROOM;
    let reader = inner.reader.take();
    drop(inner);
    if let Some(reader) = reader {
        reader.wake();
    }
    room
}

/// Tells several readers of what happened to a run; the event, and who has enough to read then.
pub(crate) fn tell_all<'a>(
    mut queues: Vec<&'a Queue>,
    run: &Arc<Run>,
    kind: EventKind,
) -> (Event, Vec<&'a Queue>) {
    // All are held while the event is numbered, and always in the same order.
    queues.sort_unstable_by_key(|queue| Arc::as_ptr(&queue.0));
    queues.dedup_by_key(|queue| Arc::as_ptr(&queue.0));
    let mut held: Vec<_> = queues.iter().map(|queue| queue.0.lock()).collect();
    let event = Event::next(run, kind);
    let (mut readers, mut full) = (Vec::new(), Vec::new());
    for (queue, inner) in queues.into_iter().zip(&mut held) {
        if queue.0.takes(inner, run, &event.kind) {
            queue.0.add(inner, event.clone());
            readers.extend(inner.reader.take());
            if inner.events.len() >= ROOM {
                full.push(queue);
            }
        }
    }
    drop(held);
    readers.into_iter().for_each(Waker::wake);
    (event, full)
}

/// A shared queue: one end for runs, one for the reader.
pub(crate) struct Queue(Arc<EventQueue>);

impl Queue {
    pub(crate) fn new(wants: Wants) -> Self {
        Self(Arc::new(EventQueue {
            wants_all: wants.passes_all(),
            wants,
            inner: Mutex::default(),
            crowded: AtomicBool::new(false),
            polled: Polled::default(),
        }))
    }

    /// Polls the reader's call.
    pub(super) fn polling<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.0.polled.polling(poll)
    }

    /// Tells the only reader of what happened to a run; whether there is room for another event.
    #[inline]
    pub(crate) fn tell(&self, run: &Arc<Run>, kind: EventKind) -> bool {
        let mut inner = self.0.lock();
        if !self.0.takes(&mut inner, run, &kind) {
            // What has been told is dropped when nothing is held any more.
            drop(inner);
            return true;
        }
        self.0.add(&mut inner, Event::next(run, kind));
        release(inner)
    }

    /// The same; the event is for others too.
    pub(crate) fn tell_first(&self, run: &Arc<Run>, kind: EventKind) -> (Event, bool) {
        let mut inner = self.0.lock();
        let event = Event::next(run, kind);
        if !self.0.takes(&mut inner, run, &event.kind) {
            return (event, true);
        }
        self.0.add(&mut inner, event.clone());
        (event, release(inner))
    }

    /// Puts an event of the reader's own into the queue, past the watch for the root's chunks.
    pub(super) fn tell_own(&self, run: &Arc<Run>, kind: EventKind) {
        if self.0.wants.passes(run, &kind) {
            let mut inner = self.0.lock();
            self.0.add(&mut inner, Event::next(run, kind));
        }
    }

    /// Whether so many events wait that no more are taken from code that cannot wait: because it is not async, or
    /// because the reader waits for it to end.
    pub(crate) fn refuses(&self, can_wait: bool) -> bool {
        self.is_crowded() && (!can_wait || self.0.polled.is_stuck())
    }

    /// Whether a whole backlog waits.
    pub(crate) fn is_crowded(&self) -> bool {
        self.0.crowded.load(Ordering::Relaxed)
    }

    /// Waits until there is room.
    pub(crate) fn room(&self) -> Room {
        Room(Arc::clone(&self.0))
    }

    /// Takes all that waits, for an empty `taken`; false if nothing does.
    pub(crate) fn take(&self, taken: &mut VecDeque<Event>) -> bool {
        let mut inner = self.0.lock();
        if inner.events.is_empty() {
            return false;
        }
        std::mem::swap(&mut inner.events, taken);
        self.0.crowded.store(false, Ordering::Relaxed);
        if !inner.writers.is_empty() {
            let writers = std::mem::take(&mut inner.writers);
            drop(inner);
            writers.into_iter().for_each(Waker::wake);
        }
        true
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
        if self.tell(&event.run, event.kind.clone()) {
            Notified::Done
        } else {
            Notified::Wait(Box::pin(self.room()))
        }
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
        if inner.closed || inner.events.len() < ROOM || self.0.polled.is_stuck() {
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
