//! [`OpenRun`]: a run that has been made and must be closed.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{EventKind, EventMask, Notified};
use crate::run::Run;
use crate::value::Dynamic;

/// A run between its making and its end. Dropping it after its start and before its end cancels the run.
pub(crate) struct OpenRun {
    run: Arc<Run>,
    started: bool,
    closed: bool,
}

impl OpenRun {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        Self { run, started: false, closed: false }
    }

    pub(crate) fn run(&self) -> &Arc<Run> {
        &self.run
    }

    pub(crate) fn hears(&self, mask: EventMask) -> bool {
        self.run.hears(mask)
    }

    /// The context for what runs inside.
    pub(crate) fn context(&self) -> Context {
        Context::below(&self.run)
    }

    /// Says that the run starts.
    pub(crate) fn start_now(&mut self, input: impl FnOnce() -> Option<Dynamic>) -> Notified {
        self.started = true;
        if self.hears(EventMask::START) {
            let notified = self.run.emit(EventKind::Start { input: input() });
            if matches!(notified, Notified::Abort(_)) {
                self.closed = true;
            }
            notified
        } else {
            Notified::Done
        }
    }

    /// Says that the run starts, and waits for those who hear it.
    pub(crate) async fn start(&mut self, input: impl FnOnce() -> Option<Dynamic>) -> Result<()> {
        let notified = self.start_now(input);
        let told = wait(notified).await;
        if told.is_err() {
            // The one who was told has refused the run: nothing has happened yet that would have an end.
            self.closed = true;
        }
        told.map_err(|error| self.locate(error))
    }

    /// Says that the run hands on a chunk.
    pub(crate) fn stream_now(&self, chunk: impl FnOnce() -> Dynamic) -> Notified {
        if self.hears(EventMask::STREAM) {
            self.run.emit(EventKind::Stream { chunk: chunk() })
        } else {
            Notified::Done
        }
    }

    /// Says that the run ended well.
    pub(crate) fn end_now(&mut self, end: impl FnOnce() -> (Dynamic, Option<Dynamic>)) -> Notified {
        self.closed = true;
        if self.hears(EventMask::END) {
            let (output, input) = end();
            self.run.emit(EventKind::End { output, input })
        } else {
            Notified::Done
        }
    }

    /// Says that the run failed (or was cancelled, if that is the error).
    pub(crate) fn fail_now(
        &mut self,
        error: &Error,
        partial: impl FnOnce() -> (Option<Dynamic>, Option<Dynamic>),
    ) -> Notified {
        self.closed = true;
        if error.kind() == ErrorKind::Cancelled {
            return self.run.emit(EventKind::Cancelled);
        }
        if self.hears(EventMask::ERROR) {
            let (output, input) = partial();
            self.run.emit(EventKind::Error { error: error.clone(), output, input })
        } else {
            Notified::Done
        }
    }

    /// The error with the run's path, unless it comes from a run below.
    pub(crate) fn locate(&self, error: Error) -> Error {
        error.in_run(|| self.run.path())
    }

    /// One who was told of the start has refused the run: nothing has happened yet that would have an end.
    pub(crate) fn refuse(&mut self, error: Error) -> Error {
        self.closed = true;
        self.locate(error)
    }

    /// Closes the run by what came out of it.
    pub(crate) async fn close<T>(
        mut self,
        result: Result<T>,
        output: impl FnOnce(&T) -> Dynamic,
    ) -> Result<T> {
        match result {
            Ok(value) => {
                let notified = self.end_now(|| (output(&value), None));
                wait(notified).await.map_err(|error| self.locate(error))?;
                Ok(value)
            }
            Err(error) => {
                let error = self.locate(error);
                let notified = self.fail_now(&error, || (None, None));
                wait(notified).await.map_err(|error| self.locate(error))?;
                Err(error)
            }
        }
    }
}

impl Drop for OpenRun {
    fn drop(&mut self) {
        if self.started && !self.closed && self.hears(EventMask::CANCELLED) {
            // Nobody can be waited for here: who hears this takes it at once or not at all.
            drop(self.run.emit(EventKind::Cancelled));
        }
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
