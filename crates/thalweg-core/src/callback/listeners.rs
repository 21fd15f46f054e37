//! [`Listeners`] and [`AsyncListeners`]: closures that watch one component's own runs.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::failure::settle;
use super::{FailurePolicy, Handled, IntoHandled};
use crate::error::{Error, ErrorKind};
use crate::event::{Event, EventKind, EventMask, Listener, Notified};
use crate::run::Run;
use crate::value::{Dynamic, Text};

/// What a listener sees of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RunRecord {
    /// The run.
    pub run: Arc<Run>,
    /// Its input as far as it is known: a run that transforms a stream knows it at its end.
    pub input: Option<Dynamic>,
    /// Its output, once it has ended well.
    pub output: Option<Dynamic>,
    /// Why it failed, once it has.
    pub error: Option<Error>,
}

impl RunRecord {
    /// The run's name.
    pub fn name(&self) -> &Text {
        self.run.name()
    }
}

/// Closures that are called when a chain's own run starts, ends and fails. They see the run of the chain that they are
/// given to and none below, and have no run of their own. A closure that fails is noted, as handlers are.
///
/// ```
/// use thalweg_core::callback::{Listeners, RunRecord};
/// use thalweg_core::Chain;
///
/// let shout = Chain::new(|text: String| text.to_uppercase()).named("shout");
/// let listeners = Listeners::new().on_end(|record: &RunRecord| {
///     assert_eq!(record.name(), "shout");
///     assert_eq!(record.output, Some("HEY".into()));
/// });
/// assert_eq!(shout.with_listeners(listeners).invoke_blocking("hey")?, "HEY");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "listeners do nothing until a chain has them"]
pub struct Listeners(Hooks);

/// As [`Listeners`], with closures that wait: the run goes on when they are done. A run that is dropped does not call
/// them, because nobody waits then; one that a token cancels does.
///
/// ```
/// use thalweg_core::callback::{AsyncListeners, RunRecord};
/// use thalweg_core::Chain;
///
/// let shout = Chain::new(|text: String| text.to_uppercase());
/// let listeners = AsyncListeners::new().on_start(|record: RunRecord| async move {
///     assert_eq!(record.input, None);
/// });
/// let chunks: Result<Vec<String>, _> = shout.with_async_listeners(listeners).stream_blocking("hey").collect();
/// assert_eq!(chunks?, ["HEY"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "listeners do nothing until a chain has them"]
pub struct AsyncListeners(Hooks);

#[derive(Clone, Default)]
struct Hooks {
    start: Vec<Hook>,
    end: Vec<Hook>,
    error: Vec<Hook>,
}

#[derive(Clone)]
enum Hook {
    Called(Arc<dyn Fn(&RunRecord) -> Handled + Send + Sync>),
    Awaited(Arc<dyn Fn(RunRecord) -> BoxFuture<'static, Handled> + Send + Sync>),
}

impl Hook {
    fn called<F, R>(closure: F) -> Self
    where
        F: Fn(&RunRecord) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        Self::Called(Arc::new(move |record| closure(record).into_handled()))
    }

    fn awaited<F, Fut>(closure: F) -> Self
    where
        F: Fn(RunRecord) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoHandled,
    {
        Self::Awaited(Arc::new(move |record| {
            let called = closure(record);
            Box::pin(async move { called.await.into_handled() })
        }))
    }
}

impl Listeners {
    /// No listeners.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls the closure when the run starts.
    pub fn on_start<F, R>(mut self, closure: F) -> Self
    where
        F: Fn(&RunRecord) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        self.0.start.push(Hook::called(closure));
        self
    }

    /// Calls the closure when the run has ended well.
    pub fn on_end<F, R>(mut self, closure: F) -> Self
    where
        F: Fn(&RunRecord) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        self.0.end.push(Hook::called(closure));
        self
    }

    /// Calls the closure when the run has failed, or was cancelled: then the error's kind is
    /// [`Cancelled`](ErrorKind::Cancelled).
    pub fn on_error<F, R>(mut self, closure: F) -> Self
    where
        F: Fn(&RunRecord) -> R + Send + Sync + 'static,
        R: IntoHandled,
    {
        self.0.error.push(Hook::called(closure));
        self
    }

    /// The listener of one call.
    pub(crate) fn watch(&self) -> Arc<dyn Listener> {
        Watch::start(&self.0)
    }
}

impl AsyncListeners {
    /// No listeners.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls the closure when the run starts.
    pub fn on_start<F, Fut>(mut self, closure: F) -> Self
    where
        F: Fn(RunRecord) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoHandled,
    {
        self.0.start.push(Hook::awaited(closure));
        self
    }

    /// Calls the closure when the run has ended well.
    pub fn on_end<F, Fut>(mut self, closure: F) -> Self
    where
        F: Fn(RunRecord) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoHandled,
    {
        self.0.end.push(Hook::awaited(closure));
        self
    }

    /// Calls the closure when the run has failed, or was cancelled by a token: then the error's kind is
    /// [`Cancelled`](ErrorKind::Cancelled).
    pub fn on_error<F, Fut>(mut self, closure: F) -> Self
    where
        F: Fn(RunRecord) -> Fut + Send + Sync + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoHandled,
    {
        self.0.error.push(Hook::awaited(closure));
        self
    }

    /// The listener of one call.
    pub(crate) fn watch(&self) -> Arc<dyn Listener> {
        Watch::start(&self.0)
    }
}

/// Watches one call: its first run, and keeps the input for the end.
struct Watch {
    hooks: Hooks,
    found: AtomicBool,
    input: Mutex<Option<Dynamic>>,
}

impl Watch {
    fn start(hooks: &Hooks) -> Arc<dyn Listener> {
        Arc::new(Self { hooks: hooks.clone(), found: AtomicBool::new(false), input: Mutex::default() })
    }

    /// The record of an event and the closures for it.
    fn record(&self, event: &Event) -> (RunRecord, &[Hook]) {
        let mut kept = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let mut record = RunRecord { run: Arc::clone(&event.run), input: None, output: None, error: None };
        let hooks: &[Hook] = match &event.kind {
            EventKind::Start { input } => {
                // Kept only for an end that somebody hears of.
                record.input.clone_from(input);
                if !(self.hooks.end.is_empty() && self.hooks.error.is_empty()) {
                    kept.clone_from(input);
                }
                &self.hooks.start
            }
            EventKind::End { output, input } => {
                // Where nothing came in, langchain-core's records go on saying that it is not known.
                let none = event.run.scope().compat && matches!(input, Some(Dynamic::Null));
                record.input = input.clone().filter(|_| !none);
                record.output = Some(output.clone());
                &self.hooks.end
            }
            EventKind::Error { error, input, .. } => {
                record.input.clone_from(input);
                record.error = Some(error.clone());
                &self.hooks.error
            }
            EventKind::Cancelled => {
                let path = || event.run.path();
                record.error = Some(Error::new(ErrorKind::Cancelled, "the run was cancelled").in_run(path));
                &self.hooks.error
            }
            EventKind::Stream { .. } | EventKind::Retry { .. } | EventKind::Custom { .. } => &[],
        };
        if event.kind.mask().intersects(EventMask::CLOSE) {
            // The run is over: nobody asks for it again.
            let known = kept.take();
            record.input = record.input.or(known);
        }
        (record, hooks)
    }
}

impl Listener for Watch {
    fn hears(&self, _run: &Run) -> EventMask {
        // A composition may make more runs with the context of one call; the first is the chain's own.
        if self.found.swap(true, Ordering::Relaxed) {
            return EventMask::NONE;
        }
        let mut mask = EventMask::START;
        if !self.hooks.end.is_empty() {
            mask = mask | EventMask::END;
        }
        if !self.hooks.error.is_empty() {
            mask = mask | EventMask::ERROR | EventMask::CANCELLED;
        }
        mask
    }

    fn notify(&self, event: &Event) -> Notified {
        let (record, hooks) = self.record(event);
        let mut waits = Vec::new();
        for hook in hooks {
            match hook {
                Hook::Called(closure) => {
                    let called = catch_unwind(AssertUnwindSafe(|| closure(&record)));
                    // Noted, and nothing else.
                    let _ = settle(called, FailurePolicy::Log, NAME, &event.run);
                }
                // Called when it is waited for: not at all if the run is dropped.
                Hook::Awaited(closure) => waits.push((Arc::clone(closure), record.clone())),
            }
        }
        if waits.is_empty() {
            return Notified::Done;
        }
        Notified::Wait(Box::pin(async move {
            for (closure, record) in waits {
                let run = Arc::clone(&record.run);
                let called = AssertUnwindSafe(async move { closure(record).await }).catch_unwind().await;
                let _ = settle(called, FailurePolicy::Log, NAME, &run);
            }
            Ok(())
        }))
    }
}

/// How failures name a closure.
const NAME: &str = "listener";

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("start", &self.start.len())
            .field("end", &self.end.len())
            .field("error", &self.error.len())
            .finish()
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listeners").field(&self.0).finish()
    }
}

impl fmt::Debug for AsyncListeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncListeners").field(&self.0).finish()
    }
}
