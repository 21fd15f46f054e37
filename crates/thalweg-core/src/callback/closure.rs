//! Handlers made of one closure.

use super::{CallbackHandler, FailurePolicy, Handled, Interest};
use crate::error::BoxError;
use crate::event::{Event, EventKind, EventMask};
use crate::run::Run;
use crate::value::Dynamic;

/// What a closure that handles events may return: nothing, or a `Result` of nothing.
pub trait IntoHandled {
    /// As a handler's method returns it.
    ///
    /// # Errors
    /// The closure's own.
    fn into_handled(self) -> Handled;
}

impl IntoHandled for () {
    fn into_handled(self) -> Handled {
        Ok(())
    }
}

impl<E: Into<BoxError>> IntoHandled for Result<(), E> {
    fn into_handled(self) -> Handled {
        self.map_err(Into::into)
    }
}

/// A handler that calls a closure for every event of these kinds, of every kind of run.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use thalweg_core::callback::handler_fn;
/// use thalweg_core::event::{Event, EventMask};
/// use thalweg_core::{Chain, Config};
///
/// let names = Arc::new(Mutex::new(Vec::new()));
/// let seen = Arc::clone(&names);
/// let handler = handler_fn(EventMask::START, move |event: &Event| {
///     seen.lock().unwrap().push(event.run.name().to_string());
/// });
/// let chain = Chain::new(|text: String| text.len()).named("length");
/// chain.invoke_blocking_with("four", Config::new().handler(handler))?;
/// assert_eq!(*names.lock().unwrap(), ["length"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn handler_fn<F, R>(events: EventMask, closure: F) -> HandlerFn<F>
where
    F: Fn(&Event) -> R + Send + Sync + 'static,
    R: IntoHandled,
{
    HandlerFn { interest: Interest::of(events), failure: FailurePolicy::default(), closure }
}

/// The handler that [`handler_fn`] makes.
#[derive(Clone)]
#[must_use = "a handler does nothing until it is attached"]
pub struct HandlerFn<F> {
    interest: Interest,
    failure: FailurePolicy,
    closure: F,
}

impl<F> HandlerFn<F> {
    /// With another interest.
    pub fn interested(mut self, interest: Interest) -> Self {
        self.interest = interest;
        self
    }

    /// With another policy for failures.
    pub fn on_failure(mut self, failure: FailurePolicy) -> Self {
        self.failure = failure;
        self
    }
}

impl<F> std::fmt::Debug for HandlerFn<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HandlerFn")
            .field("interest", &self.interest)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

impl<F, R> CallbackHandler for HandlerFn<F>
where
    F: Fn(&Event) -> R + Send + Sync + 'static,
    R: IntoHandled,
{
    fn interest(&self) -> Interest {
        self.interest
    }

    fn failure(&self) -> FailurePolicy {
        self.failure
    }

    fn on_event(&self, event: &Event) -> Handled {
        (self.closure)(event).into_handled()
    }
}

/// The handler of a closure for custom events.
pub(super) fn custom_event_fn<F, R>(closure: F) -> impl CallbackHandler
where
    F: Fn(&Run, &str, &Dynamic) -> R + Send + Sync + 'static,
    R: IntoHandled,
{
    handler_fn(EventMask::CUSTOM, move |event: &Event| match &event.kind {
        EventKind::Custom { name, data } => closure(&event.run, name, data).into_handled(),
        _ => Ok(()),
    })
}
