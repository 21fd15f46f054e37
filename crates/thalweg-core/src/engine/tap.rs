//! [`Tap`]: sees the input of a transforming run pass by, so that its end can tell what the input was.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use crate::error::Result;
use crate::stream::{ChunkSource, ChunkStream, Sum};
use crate::value::{Dynamic, Value};

/// The shared end of an input stream: the transform reads through it, the run's wrapper looks at its sum.
pub(super) struct Tap<I: Value>(Arc<Mutex<Tapped<I>>>);

struct Tapped<I: Value> {
    input: ChunkStream<I>,
    ended: bool,
    /// The chunk that was read before the run started.
    waiting: Option<I::Chunk>,
    first: Option<I::Chunk>,
    sum: Option<Sum<I>>,
}

impl<I: Value> Clone for Tap<I> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I: Value> Tap<I> {
    pub(super) fn new(input: ChunkStream<I>) -> Self {
        let sum = Some(Sum::default());
        Self(Arc::new(Mutex::new(Tapped { input, ended: false, waiting: None, first: None, sum })))
    }

    fn lock(&self) -> MutexGuard<'_, Tapped<I>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the first chunk and keeps it for the transform. An error of the upstream is given out, and the
    /// stream is over then.
    pub(super) fn poll_first(&self, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        let mut tapped = self.lock();
        let chunk = ready!(tapped.poll_upstream(cx));
        Poll::Ready(match chunk {
            Some(Ok(chunk)) => {
                tapped.first = Some(chunk.clone());
                tapped.waiting = Some(chunk);
                Ok(())
            }
            Some(Err(error)) => Err(error),
            None => Ok(()),
        })
    }

    /// Reads what the transform left over.
    pub(super) fn poll_rest(&self, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        let mut tapped = self.lock();
        tapped.waiting = None;
        loop {
            match ready!(tapped.poll_upstream(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(())),
            }
        }
    }

    /// The stream for the transform.
    pub(super) fn stream(&self) -> ChunkStream<I> {
        ChunkStream::of_source(Reader(self.clone()))
    }

    /// The sum of what has passed; asked once.
    pub(super) fn sum(&self) -> Option<Dynamic> {
        let sum = self.lock().sum.take();
        sum.and_then(Sum::finish).map(|sum| I::chunk_to_dynamic(&sum))
    }

    /// The first chunk that passed.
    pub(super) fn first(&self) -> Option<Dynamic> {
        self.lock().first.as_ref().map(I::chunk_to_dynamic)
    }
}

impl<I: Value> Tapped<I> {
    fn poll_upstream(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<I::Chunk>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = ready!(Pin::new(&mut self.input).poll_next(cx));
        match &next {
            Some(Ok(chunk)) => {
                if let Some(sum) = &mut self.sum {
                    sum.push_final(chunk, || self.input.is_snapshots());
                }
            }
            Some(Err(_)) | None => self.ended = true,
        }
        Poll::Ready(next)
    }
}

struct Reader<I: Value>(Tap<I>);

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let mut tapped = self.0.lock();
        match tapped.waiting.take() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None => tapped.poll_upstream(cx),
        }
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.0.lock().input.is_snapshots()
    }
}
