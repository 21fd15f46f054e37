//! [`StdoutHandler`]: which chains and tools run, as lines for a person to read.

use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use super::{CallbackHandler, FailurePolicy, Handled, Interest};
use crate::error::Error;
use crate::event::EventMask;
use crate::run::{Run, RunKind};
use crate::value::Dynamic;

/// Writes a line when a chain is entered, finished, fails or is cancelled, and the outputs of tools. Lines are
/// indented by how deep their run stands.
///
/// A closed output is a failure of the handler, and nothing worse.
///
/// ```
/// use std::sync::Arc;
/// use thalweg_core::callback::StdoutHandler;
/// use thalweg_core::{Chain, Config};
///
/// let handler = Arc::new(StdoutHandler::to(Vec::new()));
/// let chain = Chain::new(|text: String| text.len()).named("length");
/// chain.invoke_blocking_with("four", Config::new().handler(Arc::clone(&handler)))?;
/// let written = Arc::into_inner(handler).map(StdoutHandler::into_inner).unwrap_or_default();
/// assert_eq!(String::from_utf8_lossy(&written), "> Entering length\n> Finished length\n");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct StdoutHandler<W> {
    writer: Mutex<W>,
    failure: FailurePolicy,
}

impl<W> StdoutHandler<W> {
    /// A handler that writes there.
    pub fn to(writer: W) -> Self {
        Self { writer: Mutex::new(writer), failure: FailurePolicy::default() }
    }

    /// With another policy for failures, such as a closed output.
    #[must_use]
    pub fn on_failure(mut self, failure: FailurePolicy) -> Self {
        self.failure = failure;
        self
    }

    /// What it writes to.
    pub fn into_inner(self) -> W {
        self.writer.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Write> StdoutHandler<W> {
    fn line(&self, run: &Run, line: fmt::Arguments<'_>) -> Handled {
        let indent = run.ancestors().count() * 2;
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(writer, "{:indent$}{line}", "")?;
        Ok(writer.flush()?)
    }
}

impl<W: Write + Send + 'static> CallbackHandler for StdoutHandler<W> {
    fn interest(&self) -> Interest {
        let course = EventMask::START | EventMask::CLOSE;
        let tools = EventMask::CLOSE.without(EventMask::CANCELLED);
        Interest::of(course).only(&[RunKind::Chain]).and(Interest::of(tools).only(&[RunKind::Tool]))
    }

    fn failure(&self) -> FailurePolicy {
        self.failure
    }

    fn on_chain_start(&self, run: &Run, _inputs: Option<&Dynamic>) -> Handled {
        self.line(run, format_args!("> Entering {}", run.name()))
    }

    fn on_chain_end(&self, run: &Run, _outputs: &Dynamic, _inputs: Option<&Dynamic>) -> Handled {
        self.line(run, format_args!("> Finished {}", run.name()))
    }

    fn on_chain_error(&self, run: &Run, error: &Error, _inputs: Option<&Dynamic>) -> Handled {
        self.line(run, format_args!("> Failed {}: {}", run.name(), error.message()))
    }

    fn on_tool_end(&self, run: &Run, output: &Dynamic) -> Handled {
        match output {
            Dynamic::Text(text) => self.line(run, format_args!("{}: {text}", run.name())),
            other => self.line(run, format_args!("{}: {other}", run.name())),
        }
    }

    fn on_tool_error(&self, run: &Run, error: &Error) -> Handled {
        self.line(run, format_args!("{} failed: {}", run.name(), error.message()))
    }

    fn on_cancelled(&self, run: &Run) -> Handled {
        self.line(run, format_args!("> Cancelled {}", run.name()))
    }
}

impl<W> fmt::Debug for StdoutHandler<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdoutHandler").field("failure", &self.failure).finish_non_exhaustive()
    }
}
