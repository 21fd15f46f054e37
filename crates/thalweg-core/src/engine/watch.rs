//! [`Watch`]: sees that a run keeps its bounds, and ends what runs inside when it does not.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use futures_util::future::{BoxFuture, poll_fn};
use web_time::Instant;

use crate::cancel::{CancelToken, Cancelled};
use crate::error::{Error, ErrorKind, Result};
use crate::run::{Bounds, Run};
use crate::stream::{ChunkSource, ChunkStream};
use crate::time::{Timer, default_timer};
use crate::value::Value;

/// Sees that one run keeps its bounds. Time counts from the first poll.
pub(crate) struct Watch {
    bounds: Bounds,
    timer: Option<Arc<dyn Timer>>,
    started: bool,
    cancelled: Option<Cancelled>,
    /// Ready when the run's time is over.
    over: Option<(BoxFuture<'static, ()>, Duration)>,
    chunks: Chunks,
}

/// The wait for the next chunk.
#[derive(Default)]
struct Chunks {
    any: bool,
    /// Since when somebody waits for the next one.
    since: Option<Instant>,
    sleep: Option<BoxFuture<'static, ()>>,
}

impl Watch {
    /// The watch over a run, if it is bounded.
    pub(crate) fn over(run: &Run) -> Option<Box<Self>> {
        let bounds = run.bounds()?.clone();
        let timer = bounds.timer.clone().or_else(default_timer);
        let cancelled = bounds.token.as_ref().map(CancelToken::cancelled);
        let chunks = Chunks::default();
        Some(Box::new(Self { bounds, timer, started: false, cancelled, over: None, chunks }))
    }

    fn timer(&self) -> Result<&Arc<dyn Timer>> {
        self.timer.as_ref().ok_or_else(no_timer)
    }

    /// Ready when the run has to end.
    pub(super) fn poll_end(&mut self, cx: &mut Poller<'_>) -> Poll<Error> {
        if let Some(cancelled) = &mut self.cancelled
            && Pin::new(cancelled).poll(cx).is_ready()
        {
            return Poll::Ready(Error::new(ErrorKind::Cancelled, "the call was cancelled"));
        }
        if !self.started {
            self.started = true;
            if let Err(error) = self.start() {
                return Poll::Ready(error);
            }
        }
        if let Some((over, limit)) = &mut self.over
            && over.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(timeout("the run took too long", *limit));
        }
        Poll::Pending
    }

    fn start(&mut self) -> Result<()> {
        let Bounds { deadline, timeout, .. } = self.bounds;
        let left = match deadline {
            Some(deadline) => Some(deadline.saturating_duration_since(self.timer()?.now())),
            None => None,
        };
        if let Some(limit) = timeout.into_iter().chain(left).min() {
            self.over = Some((self.timer()?.sleep(limit), limit));
        }
        Ok(())
    }

    /// A chunk has come.
    fn chunk_came(&mut self) {
        self.chunks.since = None;
        if !std::mem::replace(&mut self.chunks.any, true) {
            // What waits now waits for the first chunk.
            self.chunks.sleep = None;
        }
    }

    /// No chunk is there yet: ready when that has lasted too long.
    fn poll_late(&mut self, cx: &mut Poller<'_>) -> Poll<Error> {
        let (limit, what) = if self.chunks.any {
            (self.bounds.idle, "no further chunk came in time")
        } else {
            (self.bounds.first_chunk, "no first chunk came in time")
        };
        let Some(limit) = limit else { return Poll::Pending };
        let Some(timer) = &self.timer else { return Poll::Ready(no_timer()) };
        let now = timer.now();
        let since = *self.chunks.since.get_or_insert(now);
        let mut left = limit.saturating_sub(now.saturating_duration_since(since));
        loop {
            let sleep = self.chunks.sleep.get_or_insert_with(|| timer.sleep(left));
            ready!(sleep.as_mut().poll(cx));
            self.chunks.sleep = None;
            // The sleep may be from an earlier wait.
            left = limit.saturating_sub(timer.now().saturating_duration_since(since));
            if left.is_zero() {
                return Poll::Ready(timeout(what, limit));
            }
        }
    }

    /// Waits for the future as long as the run may last.
    pub(crate) async fn future<T>(
        mut self: Box<Self>,
        mut future: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        poll_fn(|cx| match self.poll_end(cx) {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => future.as_mut().poll(cx),
        })
        .await
    }

    /// The stream as long as the run may last and its chunks come in time.
    pub(crate) fn stream<S>(self: Box<Self>, stream: S) -> Watched<S> {
        Watched { stream: Some(stream), watch: self }
    }

    /// The chunks as long as the run may last and they come in time.
    pub(super) fn chunks<O: Value>(watch: Option<Box<Self>>, stream: ChunkStream<O>) -> ChunkStream<O> {
        let Some(watch) = watch else { return stream };
        ChunkStream::of_source(watch.stream(stream))
    }
}

/// A stream whose run is watched. It drops the stream before it says that the run must end.
pub(crate) struct Watched<S> {
    stream: Option<S>,
    watch: Box<Watch>,
}

impl<T, S: Stream<Item = Result<T>> + Unpin> Stream for Watched<S> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(stream) = &mut this.stream else { return Poll::Ready(None) };
        let end = match this.watch.poll_end(cx) {
            Poll::Ready(error) => error,
            Poll::Pending => match Pin::new(stream).poll_next(cx) {
                Poll::Ready(next) => {
                    this.watch.chunk_came();
                    return Poll::Ready(next);
                }
                Poll::Pending => ready!(this.watch.poll_late(cx)),
            },
        };
        this.stream = None;
        Poll::Ready(Some(Err(end)))
    }
}

impl<O: Value> ChunkSource<O> for Watched<ChunkStream<O>> {
    fn is_snapshots(&self) -> bool {
        self.stream.as_ref().is_some_and(ChunkStream::is_snapshots)
    }

    fn told(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) {
        if let Some(stream) = &mut self.stream {
            stream.told(cx);
        }
    }
}

fn timeout(what: &'static str, limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, what).with("limit", format!("{limit:?}"))
}

/// The error where something has to wait and nothing can.
pub(crate) fn no_timer() -> Error {
    Error::new(
        ErrorKind::Config,
        "waiting needs a timer: turn on the feature `timer`, or set one in the configuration",
    )
}
