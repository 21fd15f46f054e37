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
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::run::{Bound, Run};
use crate::stream::{ChunkSource, ChunkStream};
use crate::time::{Timer, default_timer};
use crate::value::Value;

/// Sees that one run keeps its bounds. Its time counts from the first poll, or from [`Watch::begin`].
pub(crate) struct Watch {
    bound: Arc<Bound>,
    timer: Option<Arc<dyn Timer>>,
    /// Whether the run's own time counts when it is polled. The deadline and the tokens always do.
    counts: bool,
    cancelled: Vec<Cancelled>,
    over: Over,
    chunks: Chunks,
}

/// When the run's time is over.
enum Over {
    /// Nobody has looked yet.
    Unknown,
    Never,
    At(BoxFuture<'static, ()>, Error),
    /// It can't be told.
    Failed(Error),
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
        run.bound().map(|bound| Box::new(Self::of(bound)))
    }

    /// The watch over a run whose time counts from now, if it is bounded.
    pub(crate) fn begin(run: &Run) -> Option<Box<Self>> {
        let mut watch = Self::over(run)?;
        watch.look();
        Some(watch)
    }

    /// The watch over a call whose run is yet to be made, if the call is bounded.
    pub(crate) fn before(context: &Context) -> Option<Box<Self>> {
        let mut watch = Self::of(context.bound()?);
        watch.until_start(context.step.is_some());
        Some(Box::new(watch))
    }

    fn of(bound: &Arc<Bound>) -> Self {
        Self {
            bound: Arc::clone(bound),
            timer: bound.bounds.timer.clone().or_else(default_timer),
            counts: true,
            cancelled: bound.bounds.tokens.iter().map(CancelToken::cancelled).collect(),
            over: Over::Unknown,
            chunks: Chunks::default(),
        }
    }

    /// Says that what is watched still waits for its input. The time of a step of a chain does not count then, since that is
    /// not its own: it counts when [`Watch::started`] is called. That of a call counts from its first poll.
    pub(super) fn until_start(&mut self, is_step: bool) {
        self.counts = !is_step;
    }

    /// Lets the run's own time count, if it does not yet.
    pub(super) fn started(&mut self) {
        if !std::mem::replace(&mut self.counts, true) {
            self.look();
        }
    }

    fn timer(&self) -> Result<&Arc<dyn Timer>> {
        self.timer.as_ref().ok_or_else(no_timer)
    }

    /// Ready when the run has to end.
    pub(super) fn poll_end(&mut self, cx: &mut Poller<'_>) -> Poll<Error> {
        for cancelled in &mut self.cancelled {
            if Pin::new(cancelled).poll(cx).is_ready() {
                return Poll::Ready(Error::new(ErrorKind::Cancelled, "the call was cancelled"));
            }
        }
        if matches!(self.over, Over::Unknown) {
            self.look();
        }
        match &mut self.over {
            Over::Unknown | Over::Never => Poll::Pending,
            Over::At(sleep, error) => sleep.as_mut().poll(cx).map(|()| error.clone()),
            Over::Failed(error) => Poll::Ready(error.clone()),
        }
    }

    /// Looks when the time is over.
    fn look(&mut self) {
        self.over = self.find_over().unwrap_or_else(Over::Failed);
    }

    fn find_over(&self) -> Result<Over> {
        let timeout = self.bound.timeout.filter(|_| self.counts);
        let deadline = self.bound.bounds.deadline;
        if timeout.is_none() && deadline.is_none() {
            return Ok(Over::Never);
        }
        let timer = self.timer()?;
        let now = timer.now();
        let due = timeout.and_then(|limit| Some((self.bound.begin(|| now)?, limit)));
        let (at, error) = match (due, deadline) {
            (Some((due, limit)), deadline) if deadline.is_none_or(|deadline| due <= deadline) => {
                (due, late("the run took too long", "timeout", limit))
            }
            (_, Some(deadline)) => {
                let left = deadline.saturating_duration_since(now);
                (deadline, late("the run did not end before its deadline", "deadline", left))
            }
            (_, None) => return Ok(Over::Never),
        };
        Ok(Over::At(timer.sleep(at.saturating_duration_since(now)), error))
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
        let bounds = &self.bound.bounds;
        let (limit, what, kind) = if self.chunks.any {
            (bounds.idle, "no further chunk came in time", "idle")
        } else {
            (bounds.first_chunk, "no first chunk came in time", "first_chunk")
        };
        let Some(limit) = limit else { return Poll::Pending };
        let Some(timer) = &self.timer else { return Poll::Ready(no_timer()) };
        let now = timer.now();
        let since = *self.chunks.since.get_or_insert(now);
        if since.checked_add(limit).is_none() {
            // Longer than can be told is no limit.
            return Poll::Pending;
        }
        let mut left = limit.saturating_sub(now.saturating_duration_since(since));
        loop {
            let sleep = self.chunks.sleep.get_or_insert_with(|| timer.sleep(left));
            ready!(sleep.as_mut().poll(cx));
            self.chunks.sleep = None;
            // The sleep may be from an earlier wait.
            left = limit.saturating_sub(timer.now().saturating_duration_since(since));
            if left.is_zero() {
                return Poll::Ready(late(what, kind, limit));
            }
        }
    }

    /// Waits for the future as long as the run may last.
    pub(crate) async fn future<T>(
        mut self: Box<Self>,
        mut future: Pin<&mut impl Future<Output = Result<T>>>,
    ) -> Result<T> {
        poll_fn(|cx| {
            if let Poll::Ready(error) = self.poll_end(cx) {
                return Poll::Ready(Err(error));
            }
            match future.as_mut().poll(cx) {
                Poll::Pending if self.bound.one_chunk => self.poll_late(cx).map(Err),
                polled => polled,
            }
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

/// The error of what has lasted too long: how long it could have, and by which of the limits.
fn late(what: &'static str, kind: &'static str, limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, what).with("limit", format!("{limit:?}")).with("kind", kind)
}

/// The error where something has to wait and nothing can.
pub(crate) fn no_timer() -> Error {
    Error::new(
        ErrorKind::Config,
        "waiting needs a timer: turn on the feature `timer`, or set one in the configuration",
    )
}
