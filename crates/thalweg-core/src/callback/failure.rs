//! Handlers that fail: what becomes of their errors and panics.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{FailurePolicy, Handled};
use crate::error::{Error, ErrorKind};
use crate::run::Run;

static FAILURES: AtomicU64 = AtomicU64::new(0);

/// How many times handlers have failed in this process without aborting their run. With the feature `tracing` each
/// failure is also a warning there.
///
/// ```
/// use thalweg_core::callback::{failures, handler_fn};
/// use thalweg_core::event::{Event, EventMask};
/// use thalweg_core::{Chain, Config};
///
/// let before = failures();
/// let handler = handler_fn(EventMask::START, |_: &Event| Err("no"));
/// Chain::new(|text: String| text.len()).invoke_blocking_with("four", Config::new().handler(handler))?;
/// assert!(failures() > before);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn failures() -> u64 {
    FAILURES.load(Ordering::Relaxed)
}

/// What a call of a handler came to: a panic counts as a failure.
pub(super) type Called = Result<Handled, Box<dyn Any + Send>>;

/// The error that the run has to fail with, if any. Others are noted.
pub(super) fn settle(
    called: Called,
    policy: FailurePolicy,
    handler: &'static str,
    run: &Run,
) -> Result<(), Error> {
    let error = match called {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => Error::new(ErrorKind::Handler, "a callback handler failed")
            .with("handler", handler)
            .with("reason", error.to_string())
            .with_source(error),
        Err(panic) => Error::new(ErrorKind::Handler, "a callback handler panicked")
            .with("handler", handler)
            .with("reason", panic_text(&*panic)),
    };
    let error = error.in_run(|| run.path());
    match policy {
        FailurePolicy::Log => {
            note(&error);
            Ok(())
        }
        FailurePolicy::Abort | FailurePolicy::AbortAtOnce => Err(error),
    }
}

/// Counts a failure that aborts nothing.
pub(super) fn note(error: &Error) {
    FAILURES.fetch_add(1, Ordering::Relaxed);
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "thalweg", %error, "callback handler failed");
    #[cfg(not(feature = "tracing"))]
    let _ = error;
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a text".to_owned()
    }
}
