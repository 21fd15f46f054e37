//! [`SharedStream`]: a stream that several hold, polled by one at a time.
//!
//! Streams are foreign code: they may be polled on several threads, panic, or come back to whoever polls them. So the
//! stream is out of its lock while it is polled. Who comes meanwhile is woken when it is back, and it comes back from a
//! panic too, to fail for the others in its own way.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, Waker};

use futures_core::Stream;

use crate::error::Result;
use crate::stream::ChunkStream;
use crate::value::Value;

/// The stream, and what its holders know of it.
pub(crate) struct SharedStream<I: Value, S>(Mutex<Inner<I, S>>);

struct Inner<I: Value, S> {
    /// Out while it is polled.
    input: Option<ChunkStream<I>>,
    /// Whether its chunks are snapshots, once one has come.
    snapshots: Option<bool>,
    /// Who came while it was out.
    waiting: Vec<Waker>,
    known: S,
}

impl<I: Value, S> SharedStream<I, S> {
    pub(crate) fn new(input: ChunkStream<I>, known: S) -> Self {
        Self(Mutex::new(Inner { input: Some(input), snapshots: None, waiting: Vec::new(), known }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner<I, S>> {
        // What is changed under the lock is changed by the few lines of the holders below, which leave it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at what is known, or changes it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut S) -> T) -> T {
        look(&mut self.lock().known)
    }

    /// As [`ChunkStream::is_snapshots`].
    pub(crate) fn is_snapshots(&self) -> bool {
        let inner = self.lock();
        let ask = || inner.input.as_ref().is_some_and(ChunkStream::is_snapshots);
        inner.snapshots.unwrap_or_else(ask)
    }

    /// What `known` has already, or what `then` makes of the stream's next item and of whether its chunks are snapshots.
    /// The stream is polled with the waker that `waker` gives in place of the holder's, if it gives one.
    pub(crate) fn poll<T>(
        &self,
        cx: &mut Poller<'_>,
        known: impl FnOnce(&mut S) -> Option<T>,
        waker: impl FnOnce(&S, &Waker) -> Option<Waker>,
        then: impl FnOnce(&mut S, Option<Result<I::Chunk>>, bool) -> T,
    ) -> Poll<T> {
        let mut inner = self.lock();
        if let Some(ready) = known(&mut inner.known) {
            return Poll::Ready(ready);
        }
        let Some(input) = inner.input.take() else {
            if !inner.waiting.iter().any(|waiting| waiting.will_wake(cx.waker())) {
                inner.waiting.push(cx.waker().clone());
            }
            return Poll::Pending;
        };
        let waker = waker(&inner.known, cx.waker());
        drop(inner);
        let mut out = Out { stream: self, input: Some(input) };
        let next = out.poll(waker.as_ref().unwrap_or(cx.waker()));
        let snapshots = matches!(&next, Poll::Ready(Some(Ok(_)))).then_some(&out.input);
        let snapshots = snapshots.and_then(Option::as_ref).map(ChunkStream::is_snapshots);
        let mut inner = out.back();
        let snapshots = inner.snapshots.or(snapshots);
        inner.snapshots = snapshots;
        let done = next.map(|next| then(&mut inner.known, next, snapshots.unwrap_or(false)));
        let waiting = std::mem::take(&mut inner.waiting);
        drop(inner);
        waiting.into_iter().for_each(Waker::wake);
        done
    }
}

/// The stream while it is polled.
struct Out<'a, I: Value, S> {
    stream: &'a SharedStream<I, S>,
    input: Option<ChunkStream<I>>,
}

impl<'a, I: Value, S> Out<'a, I, S> {
    fn poll(&mut self, waker: &Waker) -> Poll<Option<Result<I::Chunk>>> {
        match &mut self.input {
            Some(input) => Pin::new(input).poll_next(&mut Poller::from_waker(waker)),
            None => Poll::Ready(None),
        }
    }

    fn back(mut self) -> MutexGuard<'a, Inner<I, S>> {
        let mut inner = self.stream.lock();
        inner.input = self.input.take();
        inner
    }
}

impl<I: Value, S> Drop for Out<'_, I, S> {
    fn drop(&mut self) {
        // It has panicked.
        if let Some(input) = self.input.take() {
            let mut inner = self.stream.lock();
            inner.input = Some(input);
            let waiting = std::mem::take(&mut inner.waiting);
            drop(inner);
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}
