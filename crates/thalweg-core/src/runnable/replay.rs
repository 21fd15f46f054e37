//! [`Replay`]: a stream of input that can be read again from its beginning, as long as that may be needed.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use crate::error::Result;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::Value;

/// An input of which every attempt gets a stream of its own, one after the other.
pub(crate) struct Replay<I: Value>(Arc<Mutex<Shared<I>>>);

struct Shared<I: Value> {
    input: ChunkStream<I>,
    /// The chunks so far, as long as they are kept or not all of them have been read again.
    seen: Vec<I::Chunk>,
    keep: bool,
    ended: bool,
    failed: bool,
}

impl<I: Value> Clone for Replay<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I: Value> Replay<I> {
    pub(crate) fn new(input: ChunkStream<I>) -> Self {
        let shared = Shared { input, seen: Vec::new(), keep: true, ended: false, failed: false };
        Self(Arc::new(Mutex::new(shared)))
    }

    fn lock(&self) -> MutexGuard<'_, Shared<I>> {
        // A panic of the input's leaves nothing half done here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The input from its beginning.
    pub(crate) fn stream(&self) -> ChunkStream<I> {
        ChunkStream::of_source(Reader { replay: self.clone(), next: 0 })
    }

    /// The input will not be asked for again.
    pub(crate) fn forget(&self) {
        self.lock().keep = false;
    }

    /// Whether it was the input that failed, so that another attempt can't help.
    pub(crate) fn has_failed(&self) -> bool {
        self.lock().failed
    }
}

struct Reader<I: Value> {
    replay: Replay<I>,
    next: usize,
}

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let mut shared = this.replay.lock();
        if let Some(chunk) = shared.seen.get(this.next) {
            let chunk = chunk.clone();
            this.next += 1;
            return Poll::Ready(Some(Ok(chunk)));
        }
        if !shared.keep && !shared.seen.is_empty() {
            shared.seen = Vec::new();
        }
        if shared.ended {
            return Poll::Ready(None);
        }
        let next = ready!(Pin::new(&mut shared.input).poll_next(cx));
        match &next {
            Some(Ok(chunk)) => {
                if shared.keep {
                    shared.seen.push(chunk.clone());
                    this.next += 1;
                }
            }
            Some(Err(_)) => (shared.ended, shared.failed) = (true, true),
            None => shared.ended = true,
        }
        Poll::Ready(next)
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.replay.lock().input.is_snapshots()
    }
}
