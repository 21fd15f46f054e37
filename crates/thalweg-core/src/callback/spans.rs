//! [`TracingHandler`]: runs as spans of `tracing`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::field::{Empty, display};
use tracing::{Level, Span};

use super::{CallbackHandler, Handled, Interest};
use crate::event::{Event, EventKind, EventMask};
use crate::id::RunId;
use crate::run::{Run, RunKind};

/// Makes a span of each run, below that of its parent run wherever the two are polled; a run without a parent stands
/// below the span that is current when it starts.
///
/// Spans are named `run`, at the level `INFO` and with the target `thalweg`, with the fields `name`, `kind`, `run_id`,
/// `tags`, and at the end `outcome` (`ok`, `error` or `cancelled`) and `error`. Custom events and retries are events of
/// their run's span, tokens too where the level `TRACE` is enabled when the handler is attached.
///
/// ```
/// use thalweg_core::callback::TracingHandler;
/// use thalweg_core::{Chain, Config};
///
/// let chain = Chain::new(|text: String| text.len());
/// assert_eq!(chain.invoke_blocking_with("four", Config::new().handler(TracingHandler::new()))?, 4);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Default)]
pub struct TracingHandler(Mutex<HashMap<RunId, Span>>);

impl TracingHandler {
    /// A handler without any open span.
    pub fn new() -> Self {
        Self::default()
    }

    fn spans(&self) -> MutexGuard<'_, HashMap<RunId, Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, run: &Run) {
        let parent = run.parent().and_then(|parent| self.spans().get(&parent.id()).cloned());
        let tags = run.tags().join(",");
        macro_rules! span {
            ($($parent:tt)*) => {
                tracing::info_span!(
                    target: "thalweg",
                    $($parent)*
                    "run",
                    name = %run.name(),
                    kind = run.kind().as_str(),
                    run_id = %run.id(),
                    tags,
                    outcome = Empty,
                    error = Empty,
                )
            };
        }
        let span = if let Some(parent) = &parent { span!(parent: parent,) } else { span!() };
        self.spans().insert(run.id(), span);
    }

    fn close(&self, run: &Run, outcome: &str, error: Option<&crate::Error>) {
        // Taken out first: a span that closes calls the subscriber, which must not find the lock held.
        let span = self.spans().remove(&run.id());
        if let Some(span) = span {
            span.record("outcome", outcome);
            if let Some(error) = error {
                span.record("error", display(error));
            }
        }
    }
}

impl CallbackHandler for TracingHandler {
    fn interest(&self) -> Interest {
        let tokens = if tracing::enabled!(target: "thalweg", Level::TRACE) {
            Interest::of(EventMask::STREAM).only(&[RunKind::ChatModel, RunKind::Llm])
        } else {
            Interest::nothing()
        };
        Interest::of(EventMask::ALL.without(EventMask::STREAM)).and(tokens)
    }

    fn on_event(&self, event: &Event) -> Handled {
        let run = &*event.run;
        let span = || self.spans().get(&run.id()).cloned().unwrap_or_else(Span::none);
        match &event.kind {
            EventKind::Start { .. } => self.open(run),
            EventKind::End { .. } => self.close(run, "ok", None),
            EventKind::Error { error, .. } => self.close(run, "error", Some(error)),
            EventKind::Cancelled => self.close(run, "cancelled", None),
            EventKind::Stream { chunk } => {
                tracing::trace!(target: "thalweg", parent: &span(), %chunk, "token");
            }
            EventKind::Retry { attempt, error } => {
                tracing::warn!(target: "thalweg", parent: &span(), attempt, %error, "retry");
            }
            EventKind::Custom { name, data } => {
                tracing::info!(target: "thalweg", parent: &span(), %name, %data, "custom event");
            }
        }
        Ok(())
    }
}

impl fmt::Debug for TracingHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracingHandler").field("open", &self.spans().len()).finish()
    }
}
