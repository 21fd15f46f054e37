//! [`OpenRun`]: a run that has been made and must be closed.

use std::sync::Arc;

use crate::ambient::Place;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{EventKind, EventMask, Notified};
use crate::run::Run;
use crate::value::Dynamic;

/// A run between its making and its end. Dropping it after its start and before its end cancels the run.
pub(crate) struct OpenRun {
    run: Arc<Run>,
    started: bool,
}

impl OpenRun {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        Self { run, started: false }
    }

    /// The run, to be closed by somebody else.
    pub(crate) fn hand_over(&mut self) -> Self {
        let started = std::mem::take(&mut self.started);
        Self { run: Arc::clone(&self.run), started }
    }

    pub(crate) fn run(&self) -> &Arc<Run> {
        &self.run
    }

    /// Whether it has started and not ended.
    pub(super) fn is_open(&self) -> bool {
        self.started && !self.run.is_closed()
    }

    pub(crate) fn hears(&self, mask: EventMask) -> bool {
        self.run.hears(mask)
    }

    /// The context for what runs inside.
    pub(crate) fn context(&self) -> Context {
        Context::below(&self.run)
    }

    /// The same, to be entered.
    pub(crate) fn place(&self) -> Place {
        Place::Inside(Arc::clone(&self.run))
    }

    /// Says that the run starts. Whoever refuses it makes it end before anything has happened.
    pub(crate) fn start_now(&mut self, input: impl FnOnce() -> Option<Dynamic>) -> Notified {
        self.started = true;
        if !self.hears(EventMask::START) {
            return Notified::Done;
        }
        if let Some(error) = self.run.refusal(EventMask::START, true) {
            // Nobody has heard of it and nobody will.
            self.run.close();
            return Notified::Abort(error);
        }
        match self.run.emit(EventKind::Start { input: input() }) {
            Notified::Done => Notified::Done,
            Notified::Abort(error) => refuse(&self.run, error),
            Notified::Wait(told) => {
                let run = Arc::clone(&self.run);
                Notified::Wait(Box::pin(async move {
                    match told.await {
                        Ok(()) => Ok(()),
                        Err(error) => wait(refuse(&run, error)).await,
                    }
                }))
            }
        }
    }

    /// Says that the run starts, and waits for those who hear it.
    pub(crate) async fn start(&mut self, input: impl FnOnce() -> Option<Dynamic>) -> Result<()> {
        wait(self.start_now(input)).await
    }

    /// Says that the run hands on a chunk.
    pub(crate) fn stream_now(&self, chunk: impl FnOnce() -> Dynamic) -> Notified {
        if self.hears(EventMask::STREAM) {
            self.run.emit(EventKind::Stream { chunk: chunk() })
        } else {
            self.run.settle()
        }
    }

    /// Says that the run ended well.
    pub(crate) fn end_now(&mut self, end: impl FnOnce() -> (Dynamic, Option<Dynamic>)) -> Notified {
        if !self.run.close() {
            return Notified::Done;
        }
        if self.hears(EventMask::END) {
            let (output, input) = end();
            self.run.emit(EventKind::End { output, input })
        } else {
            self.run.settle()
        }
    }

    /// Says that the run failed, or was cancelled: if that is the error and somebody may cancel the run and has. An
    /// error of that kind from elsewhere, such as from a call that had a token of its own, is a failure like any other.
    pub(crate) fn fail_now(
        &mut self,
        error: &Error,
        partial: impl FnOnce() -> (Option<Dynamic>, Option<Dynamic>),
    ) -> Notified {
        if !self.run.close() {
            return Notified::Done;
        }
        if error.kind() == ErrorKind::Cancelled && self.run.is_cancelled() {
            return self.run.emit(EventKind::Cancelled);
        }
        if self.hears(EventMask::ERROR) {
            let (output, input) = partial();
            self.run.emit(EventKind::Error { error: error.clone(), output, input })
        } else {
            self.run.settle()
        }
    }

    /// The error with the run's path, unless it comes from a run below.
    pub(crate) fn locate(&self, error: Error) -> Error {
        error.in_run(|| self.run.path())
    }

    /// The error that a failed run gives, when those who heard of the failure have failed too: its own, unless
    /// langchain-core's behaviour is wanted.
    pub(crate) fn after_failure(&self, error: Error, told: Result<()>) -> Error {
        match told {
            Err(other) if self.run.scope().compat => self.locate(other),
            _ => error,
        }
    }

    /// As [`OpenRun::close`], of a run that nobody hears.
    pub(crate) fn close_unheard<T>(self, result: Result<T>) -> Result<T> {
        self.run.close();
        result.map_err(|error| self.locate(error))
    }

    /// Closes the run by what came out of it.
    pub(crate) async fn close<T>(
        mut self,
        result: Result<T>,
        output: impl FnOnce(&T) -> Dynamic,
    ) -> Result<T> {
        match result {
            Ok(value) => {
                let told = match self.end_now(|| (output(&value), None)) {
                    Notified::Done => return Ok(value),
                    Notified::Wait(told) => told.await,
                    Notified::Abort(error) => Err(error),
                };
                told.map(|()| value).map_err(|error| self.locate(error))
            }
            Err(error) => {
                let error = self.locate(error);
                let told = match self.fail_now(&error, || (None, None)) {
                    Notified::Done => return Err(error),
                    Notified::Wait(told) => told.await,
                    Notified::Abort(error) => Err(error),
                };
                Err(self.after_failure(error, told))
            }
        }
    }
}

impl Drop for OpenRun {
    fn drop(&mut self) {
        let cancelled = self.started && self.run.close();
        self.run.abandon();
        if cancelled {
            self.run.emit_cancelled();
        }
    }
}

/// One who was told of the start has refused the run, so that it does not happen; whoever has heard of its start
/// hears of its failure too, except as langchain-core does.
fn refuse(run: &Arc<Run>, error: Error) -> Notified {
    let error = error.in_run(|| run.path());
    if !run.close() || run.scope().compat {
        return Notified::Abort(error);
    }
    match run.emit(EventKind::Error { error: error.clone(), output: None, input: None }) {
        Notified::Done | Notified::Abort(_) => Notified::Abort(error),
        Notified::Wait(told) => Notified::Wait(Box::pin(async move {
            // The failure that refused the run is the one that counts.
            let _ = told.await;
            Err(error)
        })),
    }
}

/// Waits for those who were told.
pub(crate) async fn wait(notified: Notified) -> Result<()> {
    match notified {
        Notified::Done => Ok(()),
        Notified::Wait(wait) => wait.await,
        Notified::Abort(error) => Err(error),
    }
}
