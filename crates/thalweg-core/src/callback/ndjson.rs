//! [`NdjsonHandler`]: every event as a line of JSON.

use std::error::Error;
use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use super::{CallbackHandler, FailurePolicy, Handled, Interest};
use crate::event::{Event, EventMask, line, line_without_data};

/// Writes every event as a line of JSON, the chunks of all runs included; see [`Event`] for the fields. What it
/// writes is flushed when a run without a parent closes, and when the handler is dropped.
///
/// An event whose data cannot be serialized is written with the reason in the data's place, and is a failure of the
/// handler besides. So is a writer's error, such as a full disk or a closed pipe.
///
/// ```
/// use thalweg_core::callback::NdjsonHandler;
/// use thalweg_core::{Chain, Config};
///
/// let config = Config::new().handler(NdjsonHandler::new(std::io::sink()));
/// Chain::new(|text: String| text.len()).invoke_blocking_with("four", config)?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct NdjsonHandler<W: Write> {
    writer: Mutex<W>,
    interest: Interest,
    failure: FailurePolicy,
}

impl<W: Write + Send + 'static> NdjsonHandler<W> {
    /// A handler that writes there.
    pub fn new(writer: W) -> Self {
        Self {
            writer: Mutex::new(writer),
            interest: Interest::everything(),
            failure: FailurePolicy::default(),
        }
    }

    /// With another interest.
    #[must_use]
    pub fn interested(mut self, interest: Interest) -> Self {
        self.interest = interest;
        self
    }

    /// With another policy for failures.
    #[must_use]
    pub fn on_failure(mut self, failure: FailurePolicy) -> Self {
        self.failure = failure;
        self
    }
}

impl<W: Write> Drop for NdjsonHandler<W> {
    fn drop(&mut self) {
        // What is left here belongs to runs that have not closed; nobody is there to hear of a failure.
        let _ = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner).flush();
    }
}

impl<W: Write + Send + 'static> CallbackHandler for NdjsonHandler<W> {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn failure(&self) -> FailurePolicy {
        self.failure
    }

    fn on_event(&self, event: &Event) -> Handled {
        let serialized = line(event);
        let line = match &serialized {
            Ok(line) => line,
            Err(error) => {
                let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                &line_without_data(event, &reason)?
            }
        };
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.write_all(line)?;
        if event.run.parent().is_none() && event.kind.mask().intersects(EventMask::CLOSE) {
            writer.flush()?;
        }
        serialized.map(drop).map_err(Into::into)
    }
}

impl<W: Write> fmt::Debug for NdjsonHandler<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NdjsonHandler")
            .field("interest", &self.interest)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
