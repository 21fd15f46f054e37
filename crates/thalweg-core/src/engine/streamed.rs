//! Streaming runs: a runnable's output for a whole input, inside a run of its own. How its chunks pass is in `running`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::call::place;
use super::running::Running;
use super::step::Step;
use super::{OpenRun, Watch};
use crate::context::Context;
use crate::error::Result;
use crate::event::Notified;
use crate::run::RunKind;
use crate::runnable::Runnable;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::{Map, Text, Value};

/// Streams a runnable's output for a whole input, inside a run of its own, if it has one.
pub(crate) fn streamed<I: Value, R: Runnable<I>>(
    runnable: Arc<R>,
    name: Text,
    input: I,
    context: Context,
) -> ChunkStream<R::Out> {
    let Some(kind) = runnable.kind() else {
        return runnable.run_stream(input, context);
    };
    let options = context.options.clone();
    let run = context.make_run(kind, || name, None);
    ChunkStream::of_source(Streamed::Idle {
        runnable,
        input: Some(input),
        open: Some(OpenRun::new(run)),
        options,
    })
}

enum Streamed<I: Value, R: Runnable<I>> {
    Idle {
        runnable: Arc<R>,
        input: Option<I>,
        open: Option<OpenRun>,
        options: Option<Arc<Map>>,
    },
    Starting {
        runnable: Arc<R>,
        input: Option<I>,
        open: Option<OpenRun>,
        watch: Option<Box<Watch>>,
        wait: Step,
        options: Option<Arc<Map>>,
    },
    Running(Running<I, R::Out>),
    Done,
}

impl<I: Value, R: Runnable<I>> Unpin for Streamed<I, R> {}

impl<I: Value, R: Runnable<I>> Stream for Streamed<I, R> {
    type Item = Result<<R::Out as Value>::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Running(running) => return Pin::new(running).poll_next(cx),
                Self::Idle { runnable, input, open, options } => {
                    let (Some(value), Some(mut run)) = (input.take(), open.take()) else {
                        return Poll::Ready(None);
                    };
                    let watch = Watch::begin(run.run());
                    let wait = match run.start_now(|| Some(value.to_dynamic())) {
                        Notified::Done => Step::ready(),
                        Notified::Wait(wait) => Step::from(wait),
                        Notified::Abort(error) => {
                            *self = Self::Done;
                            return Poll::Ready(Some(Err(error)));
                        }
                    };
                    let (runnable, options) = (Arc::clone(runnable), options.take());
                    *self = Self::Starting {
                        runnable,
                        input: Some(value),
                        open: Some(run),
                        watch,
                        wait,
                        options,
                    };
                }
                Self::Starting { runnable, input, open, watch, wait, options } => {
                    let started = ready!(wait.poll(cx));
                    let (Some(value), Some(run)) = (input.take(), open.take()) else {
                        return Poll::Ready(None);
                    };
                    if let Err(error) = started {
                        *self = Self::Done;
                        return Poll::Ready(Some(Err(error)));
                    }
                    let inner = run.context();
                    let place = place(&**runnable, &run, &inner);
                    let silent = inner.is_compat() && run.run().kind() == RunKind::Chain;
                    let stream = Arc::clone(runnable).run_stream(value, inner.with_options(options.take()));
                    let stream = Watch::chunks(watch.take(), stream);
                    *self = Self::Running(Running::new(run, place, stream, None).silent(silent));
                }
                Self::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<I: Value, R: Runnable<I>> ChunkSource<R::Out> for Streamed<I, R> {
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
