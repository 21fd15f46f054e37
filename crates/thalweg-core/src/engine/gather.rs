//! Gathering: what needs its whole input waits for the upstream's end before it starts.

use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::Watch;
use crate::context::Context;
use crate::error::Result;
use crate::stream::{ChunkSource, ChunkStream, Sum};
use crate::value::Value;

/// So many chunks are read in one poll: an input that always has another one must not keep the thread from those beside.
const AT_ONCE: usize = 64;

/// The stream of `then`, called with the value that the chunks of `input` make. If there are no chunks, the value of
/// an empty stream counts where `empty` says so (an error for types that have none); else nothing is called and the
/// result is empty too. The bounds of the call that `then` makes with `context` hold while it waits, too.
pub(crate) fn gather<I: Value, O: Value>(
    input: ChunkStream<I>,
    empty: bool,
    context: Context,
    then: impl FnOnce(I, Context) -> ChunkStream<O> + Send + 'static,
) -> ChunkStream<O> {
    let watch = Watch::before(&context);
    let then = Some(move |value| then(value, context));
    ChunkStream::of_source(Gather::Reading { input, empty, watch, sum: Some(Sum::default()), then })
}

enum Gather<I: Value, O: Value, F> {
    Reading {
        input: ChunkStream<I>,
        empty: bool,
        watch: Option<Box<Watch>>,
        sum: Option<Sum<I>>,
        then: Option<F>,
    },
    Calling(ChunkStream<O>),
    Done,
}

impl<I: Value, O: Value, F> Unpin for Gather<I, O, F> {}

impl<I: Value, O: Value, F: FnOnce(I) -> ChunkStream<O>> Stream for Gather<I, O, F> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let mut read = 0;
        loop {
            match &mut *self {
                Self::Reading { input, empty, watch, sum, then } => {
                    if let Some(watch) = watch
                        && let Poll::Ready(error) = watch.poll_end(cx)
                    {
                        *self = Self::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    match ready!(Pin::new(&mut *input).poll_next(cx)) {
                        Some(Ok(chunk)) => {
                            if let Some(sum) = sum {
                                sum.push(&chunk, || input.is_snapshots());
                            }
                            read += 1;
                            if read == AT_ONCE {
                                cx.waker().wake_by_ref();
                                return Poll::Pending;
                            }
                        }
                        Some(Err(error)) => {
                            *self = Self::Done;
                            return Poll::Ready(Some(Err(error)));
                        }
                        None => {
                            let whole = sum.take().and_then(Sum::finish);
                            let then = then.take().filter(|_| whole.is_some() || *empty);
                            let Some(then) = then else {
                                *self = Self::Done;
                                return Poll::Ready(None);
                            };
                            match I::from_sum(whole) {
                                Ok(value) => *self = Self::Calling(then(value)),
                                Err(error) => {
                                    *self = Self::Done;
                                    return Poll::Ready(Some(Err(error)));
                                }
                            }
                        }
                    }
                }
                Self::Calling(stream) => return Pin::new(stream).poll_next(cx),
                Self::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<I: Value, O: Value, F: FnOnce(I) -> ChunkStream<O> + Send> ChunkSource<O> for Gather<I, O, F> {
    fn is_snapshots(&self) -> bool {
        matches!(self, Self::Calling(stream) if stream.is_snapshots())
    }

    fn rest(mut self: Pin<&mut Self>) -> Option<ChunkStream<O>> {
        match std::mem::replace(&mut *self, Self::Done) {
            Self::Calling(stream) => Some(stream),
            other => {
                *self = other;
                None
            }
        }
    }
}
