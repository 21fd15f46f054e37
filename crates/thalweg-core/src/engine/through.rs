//! Transforms: chunks in, chunks out, inside one run.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::call::place;
use super::running::Running;
use super::step::Step;
use super::tap::Tap;
use super::{OpenRun, Watch};
use crate::context::Context;
use crate::error::Result;
use crate::event::{EventMask, Notified};
use crate::runnable::Runnable;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::{Dynamic, Map, Text, Value};

/// What a transforming run takes.
pub(crate) enum Input<I: Value> {
    /// Chunks as they come.
    Stream(ChunkStream<I>),
    /// A whole value.
    Value(I),
}

/// Transforms a stream inside a run of the runnable's own, if it has one. The run starts when the first chunk of
/// its input has come, so that runs start in the order in which data reaches them.
pub(crate) fn through<I: Value, R: Runnable<I>>(
    runnable: Arc<R>,
    name: Text,
    input: Input<I>,
    context: Context,
) -> ChunkStream<R::Out> {
    let Some(kind) = runnable.kind() else {
        return match input {
            Input::Stream(input) => runnable.run_transform(input, context),
            Input::Value(input) => runnable.run_stream(input, context),
        };
    };
    let options = context.options.clone();
    let run = context.make_run(kind, || name, None);
    let open = OpenRun::new(run);
    let inner = open.context();
    // langchain-core does not show the input of such a run at its start, even if it is known.
    let shows = open.hears(EventMask::START) && !inner.is_compat();
    let (input, known) = match input {
        Input::Stream(input) => (input, None),
        Input::Value(input) => {
            let known = shows.then(|| input.to_dynamic());
            (ChunkStream::of(input), known)
        }
    };
    let heard = EventMask::START.union(EventMask::CLOSE).union(EventMask::STREAM);
    // The time of a step counts from its first input.
    let is_step = open.run().step_tag().is_some();
    let waits = is_step && open.run().bound().is_some();
    if !open.hears(heard) && !inner.is_compat() && !waits {
        // Nobody hears this run: its input goes to the transform as it is.
        let place = place(&*runnable, &open, &inner);
        let stream = runnable.run_transform(input, inner.with_options(options));
        let stream = Watch::chunks(Watch::over(open.run()), stream);
        return ChunkStream::of_source(Running::new(open, place, stream, None::<Tap<I>>));
    }
    let mut watch = Watch::over(open.run());
    if let Some(watch) = &mut watch {
        watch.until_start(is_step);
    }
    ChunkStream::of_source(Through::Waiting {
        runnable,
        tap: Tap::new(input),
        open: Some(open),
        watch,
        known,
        options,
    })
}

enum Through<I: Value, R: Runnable<I>> {
    /// For the first chunk.
    Waiting {
        runnable: Arc<R>,
        tap: Tap<I>,
        open: Option<OpenRun>,
        watch: Option<Box<Watch>>,
        known: Option<Dynamic>,
        options: Option<Arc<Map>>,
    },
    /// For those who hear that the run starts.
    Starting {
        runnable: Arc<R>,
        tap: Tap<I>,
        open: Option<OpenRun>,
        watch: Option<Box<Watch>>,
        wait: Step,
        tells: bool,
        options: Option<Arc<Map>>,
    },
    Running(Running<I, R::Out>),
    Done,
}

impl<I: Value, R: Runnable<I>> Unpin for Through<I, R> {}

impl<I: Value, R: Runnable<I>> Stream for Through<I, R> {
    type Item = Result<<R::Out as Value>::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Running(running) => return Pin::new(running).poll_next(cx),
                Self::Waiting { runnable, tap, open, watch, known, options } => {
                    if let Some(watch) = watch
                        && let Poll::Ready(error) = watch.poll_end(cx)
                    {
                        *self = Self::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    if let Err(error) = ready!(tap.poll_first(cx)) {
                        // The upstream has failed before anything reached this step: it never starts.
                        *self = Self::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    let Some(mut run) = open.take() else { return Poll::Ready(None) };
                    let (known, options, mut watch) = (known.take(), options.take(), watch.take());
                    if let Some(watch) = &mut watch {
                        watch.started();
                    }
                    let tells = known.is_none();
                    let wait = match run.start_now(|| known) {
                        Notified::Done => Step::ready(),
                        Notified::Wait(wait) => Step::from(wait),
                        Notified::Abort(error) => {
                            *self = Self::Done;
                            return Poll::Ready(Some(Err(error)));
                        }
                    };
                    *self = Self::Starting {
                        runnable: Arc::clone(runnable),
                        tap: tap.clone(),
                        open: Some(run),
                        watch,
                        wait,
                        tells,
                        options,
                    };
                }
                Self::Starting { runnable, tap, open, watch, wait, tells, options } => {
                    let started = ready!(wait.poll(cx));
                    let Some(run) = open.take() else { return Poll::Ready(None) };
                    if let Err(error) = started {
                        *self = Self::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    let inner = run.context();
                    let place = place(&**runnable, &run, &inner);
                    let stream =
                        Arc::clone(runnable).run_transform(tap.stream(), inner.with_options(options.take()));
                    let stream = Watch::chunks(watch.take(), stream);
                    let tap = tells.then(|| tap.clone());
                    *self = Self::Running(Running::new(run, place, stream, tap));
                }
                Self::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<I: Value, R: Runnable<I>> ChunkSource<R::Out> for Through<I, R> {
    fn is_snapshots(&self) -> bool {
        matches!(self, Self::Running(running) if running.is_snapshots())
    }

    fn rest(mut self: Pin<&mut Self>) -> Option<ChunkStream<R::Out>> {
        match &mut *self {
            Self::Running(running) => Pin::new(running).rest(),
            _ => None,
        }
    }
}
