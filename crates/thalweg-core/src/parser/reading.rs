//! [`Reading`]: drives a parser over the stream of an answer.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::{ParserInput, Piece};
use crate::error::{Error, Result};
use crate::stream::{ChunkStream, Settled};
use crate::value::Value;

/// A parser in the middle of an answer.
pub(super) trait Reader<O: Value>: Send + 'static {
    /// Takes the next piece; what can be given for it goes to `out`.
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<O::Chunk>) -> Result<()>;

    /// The answer is over.
    fn finish(&mut self, out: &mut VecDeque<O::Chunk>) -> Result<()>;
}

/// The chunks that a reader gives for a stream of pieces.
pub(super) fn read<I: ParserInput, O: Value>(
    input: ChunkStream<I>,
    reader: impl Reader<O>,
) -> ChunkStream<O> {
    ChunkStream::new(Reading { input: Some(input.settled()), reader, out: VecDeque::new(), error: None })
}

struct Reading<I: ParserInput, O: Value, R> {
    /// `None` at its end.
    input: Option<Settled<I>>,
    reader: R,
    /// What is ready, and the error that comes after it.
    out: VecDeque<O::Chunk>,
    error: Option<Error>,
}

impl<I: ParserInput, O: Value, R> Unpin for Reading<I, O, R> {}

impl<I: ParserInput, O: Value, R: Reader<O>> Stream for Reading<I, O, R> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(chunk) = this.out.pop_front() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if let Some(error) = this.error.take() {
                return Poll::Ready(Some(Err(error)));
            }
            let Some(input) = &mut this.input else { return Poll::Ready(None) };
            let read = match ready!(Pin::new(input).poll_next(cx)) {
                Some(Ok(chunk)) => I::piece(&chunk).and_then(|piece| this.reader.push(piece, &mut this.out)),
                Some(Err(error)) => Err(error),
                None => {
                    this.input = None;
                    this.reader.finish(&mut this.out)
                }
            };
            if let Err(error) = read {
                this.input = None;
                this.error = Some(error);
            }
        }
    }
}
