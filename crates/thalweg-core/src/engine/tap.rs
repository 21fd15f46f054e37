//! [`Tap`]: sees the input of a transforming run pass by, so that its end can tell what the input was.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use crate::error::Result;
use crate::shared::SharedStream;
use crate::stream::{ChunkSource, ChunkStream, Sum};
use crate::value::{Dynamic, Value};

/// The shared end of an input stream: the transform reads through it, the run's wrapper looks at its sum.
pub(super) struct Tap<I: Value>(Arc<SharedStream<I, Tapped<I>>>);

struct Tapped<I: Value> {
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
        let tapped = Tapped { ended: false, waiting: None, first: None, sum: Some(Sum::default()) };
        Self(Arc::new(SharedStream::new(input, tapped)))
    }

    /// Reads the first chunk and keeps it for the transform. An error of the upstream is given out, and the
    /// stream is over then.
    pub(super) fn poll_first(&self, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        let ended = |tapped: &mut Tapped<I>| tapped.ended.then_some(Ok(()));
        self.0.poll(
            cx,
            ended,
            |_, _| None,
            |tapped, next, snapshots| match tapped.pass(next, snapshots) {
                Some(Ok(chunk)) => {
                    tapped.first = Some(chunk.clone());
                    tapped.waiting = Some(chunk);
                    Ok(())
                }
                Some(Err(error)) => Err(error),
                None => Ok(()),
            },
        )
    }

    /// Reads what the transform left over.
    pub(super) fn poll_rest(&self, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        loop {
            match ready!(self.poll_upstream(cx, |tapped| {
                tapped.waiting = None;
                None
            })) {
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
        let sum = self.0.with(|tapped| tapped.sum.take());
        sum.and_then(Sum::finish).map(|sum| I::chunk_to_dynamic(&sum))
    }

    /// The first chunk that passed.
    pub(super) fn first(&self) -> Option<Dynamic> {
        let first = self.0.with(|tapped| tapped.first.clone());
        first.as_ref().map(I::chunk_to_dynamic)
    }

    /// The chunk that `kept` has, or the upstream's next one.
    fn poll_upstream(
        &self,
        cx: &mut Poller<'_>,
        kept: impl FnOnce(&mut Tapped<I>) -> Option<I::Chunk>,
    ) -> Poll<Option<Result<I::Chunk>>> {
        let known = |tapped: &mut Tapped<I>| match kept(tapped) {
            Some(chunk) => Some(Some(Ok(chunk))),
            None => tapped.ended.then_some(None),
        };
        self.0.poll(cx, known, |_, _| None, Tapped::pass)
    }
}

impl<I: Value> Tapped<I> {
    /// Takes an item into account.
    fn pass(&mut self, next: Option<Result<I::Chunk>>, snapshots: bool) -> Option<Result<I::Chunk>> {
        match &next {
            Some(Ok(chunk)) => {
                if let Some(sum) = &mut self.sum {
                    sum.push_final(chunk, || snapshots);
                }
            }
            Some(Err(_)) | None => self.ended = true,
        }
        next
    }
}

struct Reader<I: Value>(Tap<I>);

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_upstream(cx, |tapped| tapped.waiting.take())
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.0.0.is_snapshots()
    }
}
