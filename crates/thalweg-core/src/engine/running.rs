//! [`Running`]: chunks of one run's output pass by, are told and added up, and close the run at their end.

use std::pin::Pin;
use std::task::{Context as Poller, Poll, Waker, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::OpenRun;
use super::left::{generator_exit, tell};
use super::step::Step;
use super::tap::Tap;
use crate::ambient::{Place, visit_maybe};
use crate::error::{Error, Result};
use crate::event::{EventMask, Notified};
use crate::stream::{ChunkSource, ChunkStream, Sum};
use crate::value::{Dynamic, Value};

/// A run whose chunks pass by.
///
/// The inner stream comes before the run: fields are dropped in order, so that what is below closes first.
pub(super) struct Running<I: Value, O: Value> {
    inner: Option<ChunkStream<O>>,
    tap: Option<Tap<I>>,
    /// What is current for what runs inside, if anybody may ask.
    place: Option<Place>,
    sum: Option<Sum<O>>,
    /// In langchain-core's synchronous methods, the chunk that is not part of the sum before the next one is asked for.
    held: Option<O::Chunk>,
    open: OpenRun,
    /// Whether nobody hears anything of the run.
    quiet: bool,
    /// Whether chunks pass without being told, as those of langchain-core's branches and fallbacks do.
    silent: bool,
    state: State<O>,
}

enum State<O: Value> {
    /// Chunks pass.
    Open,
    /// Somebody is told of a chunk; then it is handed on.
    Telling(BoxFuture<'static, Result<()>>, Option<O::Chunk>),
    /// The transform has ended; what it left of its input is read.
    Draining,
    /// Somebody is told of the end; then this is handed on.
    Closing(Step, Option<Error>),
    Done,
}

impl<I: Value, O: Value> Unpin for Running<I, O> {}

impl<I: Value, O: Value> Running<I, O> {
    pub(super) fn new(
        open: OpenRun,
        place: Option<Place>,
        inner: ChunkStream<O>,
        tap: Option<Tap<I>>,
    ) -> Self {
        let sum = open.hears(EventMask::END).then(Sum::default);
        // Where nothing can ask what is current, nothing tells custom events of this run either.
        let own = EventMask::STREAM.union(EventMask::CLOSE);
        let quiet = !open.hears(if place.is_some() { EventMask::ALL } else { own });
        Self {
            inner: Some(inner),
            tap,
            place,
            sum,
            held: None,
            open,
            quiet,
            silent: false,
            state: State::Open,
        }
    }

    /// The same run; its chunks are not told of if `silent`.
    pub(super) fn silent(mut self, silent: bool) -> Self {
        self.silent = silent;
        self
    }

    /// Takes a chunk into account and tells of it.
    fn pass(&mut self, chunk: &O::Chunk) -> Notified {
        let Self { inner, sum, .. } = self;
        let snapshot = || inner.as_ref().is_some_and(ChunkStream::is_snapshots);
        if self.silent {
            // Where chunks do not add up such a run has no output.
            if sum.as_mut().is_some_and(|sum| !sum.push(chunk, snapshot)) {
                self.sum = None;
            }
            return Notified::Done;
        }
        let notified = self.open.stream_now(|| O::chunk_to_dynamic(chunk));
        if let Some(sum) = sum {
            let scope = self.open.run().scope();
            if scope.compat && scope.compat_sync {
                if let Some(held) = self.held.replace(chunk.clone()) {
                    sum.push_final(&held, snapshot);
                }
            } else {
                sum.push_final(chunk, snapshot);
            }
        }
        notified
    }

    /// The chunk that was held back counts too.
    fn settle(&mut self) {
        let Self { inner, sum, held, .. } = self;
        if let (Some(sum), Some(held)) = (sum, held.take()) {
            sum.push_final(&held, || inner.as_ref().is_some_and(ChunkStream::is_snapshots));
        }
    }

    /// Those who hear the run have been told of a chunk.
    #[inline]
    fn told(&mut self, cx: &mut Poller<'_>) {
        if self.open.run().scope().compat
            && let Some(inner) = &mut self.inner
        {
            visit_maybe(&mut self.place, || inner.told(cx));
        }
    }

    fn end(&mut self) -> Notified {
        let sum = self.sum.take();
        let tap = self.tap.take();
        self.open.end_now(|| {
            let output = sum.and_then(Sum::finish).map_or(Dynamic::Null, |sum| O::chunk_to_dynamic(&sum));
            (output, tap.map(|tap| tap.sum().unwrap_or_default()))
        })
    }

    fn fail(&mut self, error: Error) -> (Error, Notified) {
        let error = self.open.locate(error);
        let compat = self.open.run().scope().compat;
        // What is still running below is cancelled before this run closes; langchain-core closes it when all is over.
        if !compat {
            self.inner = None;
        }
        let tap = self.tap.take();
        let notified = self.open.fail_now(&error, || {
            let input = tap.map(|tap| if compat { tap.first() } else { tap.sum() }.unwrap_or_default());
            (None, input)
        });
        (error, notified)
    }

    /// The stream is dropped unfinished when the call is over: langchain-core's asynchronous methods report a failure; the
    /// synchronous ones read what is left of the input, and report an end.
    fn abandon(&mut self) {
        let tap = self.tap.take();
        if self.silent || !self.open.run().scope().compat_sync {
            let input = || (None, tap.map(|tap| tap.first().unwrap_or_default()));
            tell(self.open.fail_now(&generator_exit(), input));
            return;
        }
        if let Some(tap) = &tap {
            match tap.poll_rest(&mut Poller::from_waker(Waker::noop())) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => {
                    let input = || (None, Some(tap.sum().unwrap_or_default()));
                    tell(self.open.fail_now(&error, input));
                    return;
                }
                Poll::Pending => return,
            }
        }
        self.tap = tap;
        tell(self.end());
    }
}

impl<I: Value, O: Value> Drop for Running<I, O> {
    fn drop(&mut self) {
        if !self.quiet && self.open.is_left() {
            self.abandon();
        }
    }
}

impl<I: Value, O: Value> ChunkSource<O> for Running<I, O> {
    fn is_snapshots(&self) -> bool {
        self.inner.as_ref().is_some_and(ChunkStream::is_snapshots)
    }

    /// What is inside, if nobody hears or can see that it is inside a run.
    fn rest(mut self: Pin<&mut Self>) -> Option<ChunkStream<O>> {
        if !self.quiet || self.place.is_some() || self.tap.is_some() {
            return None;
        }
        let inner = self.inner.take()?;
        let run = self.open.hand_over();
        Some(inner.inside(Box::new(move |error| run.locate(error))))
    }
}

impl<I: Value, O: Value> Stream for Running<I, O> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Open => {
                    let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
                    let next = visit_maybe(&mut this.place, || Pin::new(inner).poll_next(cx));
                    if this.quiet && matches!(next, Poll::Ready(Some(Ok(_)))) {
                        return next;
                    }
                    match ready!(next) {
                        Some(Ok(chunk)) => match this.pass(&chunk) {
                            Notified::Done => {
                                this.told(cx);
                                return Poll::Ready(Some(Ok(chunk)));
                            }
                            Notified::Wait(wait) => this.state = State::Telling(wait, Some(chunk)),
                            Notified::Abort(error) => {
                                let (error, notified) = this.fail(error);
                                this.state = State::closing(notified, Some(error));
                            }
                        },
                        Some(Err(error)) => {
                            let (error, notified) = this.fail(error);
                            this.state = State::closing(notified, Some(error));
                        }
                        None => this.state = State::Draining,
                    }
                }
                State::Telling(wait, chunk) => {
                    let told = ready!(wait.as_mut().poll(cx));
                    let chunk = chunk.take();
                    this.state = State::Open;
                    match told {
                        Ok(()) => {
                            this.told(cx);
                            return Poll::Ready(chunk.map(Ok));
                        }
                        Err(error) => {
                            let (error, notified) = this.fail(error);
                            this.state = State::closing(notified, Some(error));
                        }
                    }
                }
                State::Draining => {
                    // langchain-core reads on what a transform has left over; the default cancels it.
                    if let Some(tap) = &this.tap
                        && this.open.run().scope().compat
                        && let Err(error) = ready!(tap.poll_rest(cx))
                    {
                        let (error, notified) = this.fail(error);
                        this.state = State::closing(notified, Some(error));
                        continue;
                    }
                    this.settle();
                    this.inner = None;
                    let notified = this.end();
                    this.state = State::closing(notified, None);
                }
                State::Closing(wait, error) => {
                    let told = ready!(wait.poll(cx));
                    let error = match error.take() {
                        Some(error) => Some(this.open.after_failure(error, told)),
                        None => told.err().map(|error| this.open.locate(error)),
                    };
                    this.state = State::Done;
                    return Poll::Ready(error.map(Err));
                }
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<O: Value> State<O> {
    /// The state in which the end's hearers are waited for.
    fn closing(notified: Notified, error: Option<Error>) -> Self {
        match notified {
            Notified::Done => Self::Closing(Step::ready(), error),
            Notified::Wait(wait) => Self::Closing(wait.into(), error),
            Notified::Abort(abort) => Self::Closing(Step::Failed(abort), error),
        }
    }
}
