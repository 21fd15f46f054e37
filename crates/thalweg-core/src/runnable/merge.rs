//! Merging: streams beside each other as one stream, in which each that has something gets its turn.
//!
//! A stream is polled only when it has been woken, so that many quiet ones cost nothing; nothing is allocated after
//! the start.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Wake, Waker};

use futures_core::Stream;

use super::fanout::{Turn, Turns};

/// Streams beside each other. An item is a stream's position and what it gave; nothing when it ended.
#[must_use = "streams do nothing unless polled"]
pub(crate) struct Merge<S> {
    lanes: Vec<Lane<S>>,
    ready: Arc<Ready>,
    turns: Turns,
    /// How many have had their turn to start.
    started: usize,
    /// How many have not ended.
    open: usize,
}

/// One stream. It comes before its turn, so that it is gone when another one gets the turn.
struct Lane<S> {
    stream: Option<S>,
    turn: Option<Turn>,
    waker: Waker,
}

impl<S: Stream + Unpin> Merge<S> {
    pub(crate) fn new(turns: Turns, streams: impl IntoIterator<Item = S>) -> Self {
        let ready = Arc::new(Ready::default());
        let lanes: Vec<_> = streams
            .into_iter()
            .enumerate()
            .map(|(index, stream)| Lane {
                stream: Some(stream),
                turn: None,
                waker: Waker::from(Arc::new(Woken { ready: Arc::clone(&ready), index })),
            })
            .collect();
        ready.lock().queued = vec![false; lanes.len()];
        Self { open: lanes.len(), lanes, ready, turns, started: 0 }
    }

    /// The stream at a position, unless it has ended.
    pub(crate) fn lane(&self, index: usize) -> Option<&S> {
        self.lanes.get(index)?.stream.as_ref()
    }

    /// Starts those whose turn has come.
    fn start(&mut self, cx: &mut Poller<'_>) {
        while let Some(lane) = self.lanes.get_mut(self.started) {
            let Poll::Ready(turn) = self.turns.poll_turn(cx) else { return };
            lane.turn = Some(turn);
            self.ready.lock().push(self.started);
            self.started += 1;
        }
        self.turns.stop();
    }
}

impl<S> Unpin for Merge<S> {}

impl<S: Stream + Unpin> Stream for Merge<S> {
    type Item = (usize, Option<S::Item>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.open == 0 {
            return Poll::Ready(None);
        }
        this.ready.register(cx.waker());
        this.start(cx);
        // One that wakes itself again and again must not keep the thread for itself.
        for _ in 0..this.lanes.len() {
            let Some(index) = this.ready.pop() else { return Poll::Pending };
            let Some(lane) = this.lanes.get_mut(index) else { continue };
            let Some(stream) = &mut lane.stream else { continue };
            let mut again = Again { ready: &this.ready, index: Some(index) };
            let polled = Pin::new(stream).poll_next(&mut Poller::from_waker(&lane.waker));
            again.index = None;
            drop(again);
            match polled {
                Poll::Ready(Some(item)) => {
                    this.ready.lock().push(index);
                    return Poll::Ready(Some((index, Some(item))));
                }
                Poll::Ready(None) => {
                    lane.stream = None;
                    if let Some(turn) = lane.turn.take() {
                        this.turns.give_back(turn);
                    }
                    this.open -= 1;
                    return Poll::Ready(Some((index, None)));
                }
                Poll::Pending => {}
            }
        }
        if !this.ready.lock().order.is_empty() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Which streams have something to do, in the order in which they were woken.
#[derive(Default)]
struct Ready(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    order: VecDeque<usize>,
    queued: Vec<bool>,
    /// Who polls the whole.
    waker: Option<Waker>,
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn register(&self, waker: &Waker) {
        let mut queue = self.lock();
        match &mut queue.waker {
            Some(own) => own.clone_from(waker),
            None => queue.waker = Some(waker.clone()),
        }
    }

    fn pop(&self) -> Option<usize> {
        let mut queue = self.lock();
        let index = queue.order.pop_front()?;
        if let Some(queued) = queue.queued.get_mut(index) {
            *queued = false;
        }
        Some(index)
    }
}

impl Queue {
    fn push(&mut self, index: usize) {
        if let Some(queued) = self.queued.get_mut(index)
            && !std::mem::replace(queued, true)
        {
            self.order.push_back(index);
        }
    }
}

/// Lets a stream that panics have another turn, so that it fails again where nobody would wake it.
struct Again<'a> {
    ready: &'a Ready,
    index: Option<usize>,
}

impl Drop for Again<'_> {
    fn drop(&mut self) {
        if let Some(index) = self.index {
            self.ready.lock().push(index);
        }
    }
}

/// Wakes one stream.
struct Woken {
    ready: Arc<Ready>,
    index: usize,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut queue = self.ready.lock();
        queue.push(self.index);
        let waker = queue.waker.take();
        drop(queue);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
