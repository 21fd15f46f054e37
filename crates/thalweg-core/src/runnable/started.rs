//! [`Started`]: streams of which the first chunk decides whether another one takes their place.

use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::StreamExt;

use crate::error::{Error, Result};
use crate::stream::ChunkStream;
use crate::value::Value;

/// A stream that has given its first chunk, or ended without one.
pub(crate) struct Started<O: Value> {
    first: Option<O::Chunk>,
    rest: Option<ChunkStream<O>>,
}

impl<O: Value> Started<O> {
    /// Reads the stream's first chunk. What fails here has handed on nothing.
    pub(crate) async fn start(mut stream: ChunkStream<O>) -> Result<Self, Error> {
        match stream.next().await {
            Some(Ok(first)) => Ok(Self { first: Some(first), rest: Some(stream) }),
            Some(Err(error)) => Err(error),
            None => Ok(Self { first: None, rest: None }),
        }
    }

    /// Whether the stream had no chunk.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none() && self.rest.is_none()
    }
}

impl<O: Value> Unpin for Started<O> {}

impl<O: Value> Stream for Started<O> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        match &mut self.rest {
            Some(rest) => Pin::new(rest).poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

/// The stream that is started in the end.
pub(crate) fn once_started<O: Value>(
    starting: impl Future<Output = Result<Started<O>>> + Send + 'static,
) -> ChunkStream<O> {
    ChunkStream::new(Starting::Trying(Box::pin(starting)))
}

enum Starting<O: Value> {
    Trying(BoxFuture<'static, Result<Started<O>>>),
    Started(Started<O>),
    Failed,
}

impl<O: Value> Stream for Starting<O> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Trying(trying) => match ready!(trying.as_mut().poll(cx)) {
                    Ok(started) => *self = Self::Started(started),
                    Err(error) => {
                        *self = Self::Failed;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                Self::Started(started) => return Pin::new(started).poll_next(cx),
                Self::Failed => return Poll::Ready(None),
            }
        }
    }
}
