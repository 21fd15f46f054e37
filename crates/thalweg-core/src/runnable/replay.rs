//! [`Replay`]: a stream of input that can be read again from its beginning, as long as that may be needed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;

use crate::error::Result;
use crate::shared::SharedStream;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::Value;

/// An input of which every attempt gets a stream of its own, one after the other.
pub(crate) struct Replay<I: Value>(Arc<SharedStream<I, Seen<I>>>);

struct Seen<I: Value> {
    /// The chunks so far, as long as they are kept or not all of them have been read again.
    chunks: Vec<I::Chunk>,
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
        let seen = Seen { chunks: Vec::new(), keep: true, ended: false, failed: false };
        Self(Arc::new(SharedStream::new(input, seen)))
    }

    /// The input from its beginning.
    pub(crate) fn stream(&self) -> ChunkStream<I> {
        ChunkStream::of_source(Reader { replay: self.clone(), next: 0 })
    }

    /// The input will not be asked for again.
    pub(crate) fn forget(&self) {
        self.0.with(|seen| seen.keep = false);
    }

    /// Whether it was the input that failed, so that another attempt can't help.
    pub(crate) fn has_failed(&self) -> bool {
        self.0.with(|seen| seen.failed)
    }
}

struct Reader<I: Value> {
    replay: Replay<I>,
    next: usize,
}

impl<I: Value> Unpin for Reader<I> {}

impl<I: Value> Stream for Reader<I> {
    type Item = Result<I::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let Self { replay, next: position } = &mut *self;
        let at = *position;
        let known = |seen: &mut Seen<I>| {
            if let Some(chunk) = seen.chunks.get(at) {
                return Some((at + 1, Some(Ok(chunk.clone()))));
            }
            if !seen.keep && !seen.chunks.is_empty() {
                seen.chunks = Vec::new();
            }
            seen.ended.then_some((at, None))
        };
        let then = |seen: &mut Seen<I>, next: Option<Result<I::Chunk>>, _| {
            match &next {
                Some(Ok(chunk)) if seen.keep => {
                    seen.chunks.push(chunk.clone());
                    return (at + 1, next);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) => (seen.ended, seen.failed) = (true, true),
                None => seen.ended = true,
            }
            (at, next)
        };
        replay.0.poll(cx, known, |_, _| None, then).map(|(after, item)| {
            *position = after;
            item
        })
    }
}

impl<I: Value> ChunkSource<I> for Reader<I> {
    fn is_snapshots(&self) -> bool {
        self.replay.0.is_snapshots()
    }
}
