//! [`Handlers`]: several handlers of both kinds in order, and how configurations take them.

use std::fmt;
use std::sync::Arc;

use super::attach::{async_listener, sync_listener};
use super::closure::custom_event_fn;
use super::{IntoAsyncHandler, IntoHandled, IntoHandler};
use crate::config::Config;
use crate::event::Listener;
use crate::run::{Run, add_listeners};
use crate::value::Dynamic;

/// Handlers of both kinds, in the order in which they were added; a shared one added twice is there once.
///
/// ```
/// use thalweg_core::Config;
/// use thalweg_core::callback::Handlers;
/// use thalweg_core::run::Run;
/// use thalweg_core::value::Dynamic;
///
/// let handlers = Handlers::new().on_custom_event(|_: &Run, name: &str, data: &Dynamic| {
///     assert_eq!((name, data.to_string().as_str()), ("progress", "5"));
/// });
/// let config = Config::new().handlers(handlers);
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Handlers(Vec<Arc<dyn Listener>>);

impl Handlers {
    /// No handlers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler.
    pub fn handler(self, handler: impl IntoHandler) -> Self {
        self.with(sync_listener(handler))
    }

    /// Adds an async handler.
    pub fn async_handler(self, handler: impl IntoAsyncHandler) -> Self {
        self.with(async_listener(handler))
    }

    /// Adds a closure that hears the application's own events: the run, the event's name and its data.
    pub fn on_custom_event<F, R>(self, closure: F) -> Self
    where
        F: Fn(&Run, &str, &Dynamic) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        self.handler(custom_event_fn(closure))
    }

    /// Adds those of another collection.
    pub fn and(mut self, more: &Self) -> Self {
        add_listeners(&mut self.0, &more.0);
        self
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the engine takes them.
    pub(crate) fn listeners(&self) -> &[Arc<dyn Listener>] {
        &self.0
    }

    fn with(mut self, listener: Arc<dyn Listener>) -> Self {
        add_listeners(&mut self.0, &[listener]);
        self
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Handlers").field(&self.len()).finish()
    }
}

/// Handlers of a configuration hear the run and all below.
impl Config {
    /// Adds a handler that hears the run and all below.
    pub fn handler(self, handler: impl IntoHandler) -> Self {
        self.listener(sync_listener(handler))
    }

    /// Adds an async handler that hears the run and all below; the runs wait for it.
    pub fn async_handler(self, handler: impl IntoAsyncHandler) -> Self {
        self.listener(async_listener(handler))
    }

    /// Adds several handlers that hear the run and all below.
    pub fn handlers(mut self, handlers: Handlers) -> Self {
        self.listeners.extend(handlers.0);
        self
    }

    /// Adds a closure that hears the application's own events of the run and all below: the run that it was
    /// dispatched in, the event's name and its data.
    ///
    /// ```
    /// use thalweg_core::callback::dispatch_custom_event;
    /// use thalweg_core::run::Run;
    /// use thalweg_core::value::Dynamic;
    /// use thalweg_core::{Chain, Config, Result};
    ///
    /// let reflect = Chain::new(|text: String| -> Result<String> {
    ///     dispatch_custom_event("length", text.len())?;
    ///     Ok(text)
    /// });
    /// let config = Config::new().on_custom_event(|_: &Run, name: &str, data: &Dynamic| {
    ///     assert_eq!((name, data.as_i64()), ("length", Some(11)));
    /// });
    /// reflect.invoke_blocking_with("hello world", config)?;
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn on_custom_event<F, R>(self, closure: F) -> Self
    where
        F: Fn(&Run, &str, &Dynamic) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        self.handler(custom_event_fn(closure))
    }
}
