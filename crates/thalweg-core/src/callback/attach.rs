//! Handlers as listeners: how the engine reaches them.

use std::any::type_name;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;

use super::failure::settle;
use super::{AsyncCallbackHandler, CallbackHandler, FailurePolicy, Interest};
use crate::event::{Event, EventKind, EventMask, Listener, Notified};
use crate::run::Run;

/// A handler that may be attached: one as it is, or a shared one.
///
/// Attached twice, a shared one hears an event once.
pub trait IntoHandler {
    /// The handler's type.
    type Handler: CallbackHandler + ?Sized;

    /// The handler, shared.
    fn into_handler(self) -> Arc<Self::Handler>;
}

impl<H: CallbackHandler> IntoHandler for H {
    type Handler = H;

    fn into_handler(self) -> Arc<H> {
        Arc::new(self)
    }
}

impl<H: CallbackHandler + ?Sized> IntoHandler for Arc<H> {
    type Handler = H;

    fn into_handler(self) -> Self {
        self
    }
}

/// An async handler that may be attached: one as it is, or a shared one.
///
/// Attached twice, a shared one hears an event once.
pub trait IntoAsyncHandler {
    /// The handler's type.
    type Handler: AsyncCallbackHandler;

    /// The handler, shared.
    fn into_handler(self) -> Arc<Self::Handler>;
}

impl<H: AsyncCallbackHandler> IntoAsyncHandler for H {
    type Handler = H;

    fn into_handler(self) -> Arc<H> {
        Arc::new(self)
    }
}

impl<H: AsyncCallbackHandler> IntoAsyncHandler for Arc<H> {
    type Handler = H;

    fn into_handler(self) -> Self {
        self
    }
}

/// The listener of a handler.
pub(super) fn sync_listener(handler: impl IntoHandler) -> Arc<dyn Listener> {
    let handler = handler.into_handler();
    let (interest, failure) = (handler.interest(), handler.failure());
    Arc::new(Called { handler, interest, failure })
}

/// The listener of an async handler.
pub(super) fn async_listener(handler: impl IntoAsyncHandler) -> Arc<dyn Listener> {
    let handler = handler.into_handler();
    let (interest, failure) = (handler.interest(), handler.failure());
    Arc::new(Awaited { handler, interest, failure })
}

struct Called<H: ?Sized> {
    handler: Arc<H>,
    interest: Interest,
    failure: FailurePolicy,
}

impl<H: CallbackHandler + ?Sized> Listener for Called<H> {
    fn hears(&self, run: &Run) -> EventMask {
        self.interest.events(run.kind())
    }

    fn notify(&self, event: &Event) -> Notified {
        let called = catch_unwind(AssertUnwindSafe(|| self.handler.on_event(event)));
        match settle(called, policy(self.failure, event), type_name::<H>(), &event.run) {
            Ok(()) => Notified::Done,
            Err(error) => Notified::Abort(error),
        }
    }

    fn aborts_at_once(&self) -> bool {
        self.failure == FailurePolicy::AbortAtOnce
    }

    fn identity(&self) -> *const () {
        Arc::as_ptr(&self.handler).cast()
    }
}

struct Awaited<H> {
    handler: Arc<H>,
    interest: Interest,
    failure: FailurePolicy,
}

impl<H: AsyncCallbackHandler> Listener for Awaited<H> {
    fn hears(&self, run: &Run) -> EventMask {
        self.interest.events(run.kind())
    }

    fn notify(&self, event: &Event) -> Notified {
        if matches!(event.kind, EventKind::Cancelled) {
            let called = catch_unwind(AssertUnwindSafe(|| self.handler.on_cancelled_event(event)));
            // Noted, so that there is nothing to wait for and nothing to abort.
            let _ = settle(called, FailurePolicy::Log, type_name::<H>(), &event.run);
            return Notified::Done;
        }
        self.notify_owned(event.clone())
    }

    fn notify_owned(&self, event: Event) -> Notified {
        if matches!(event.kind, EventKind::Cancelled) {
            return self.notify(&event);
        }
        let (handler, failure) = (Arc::clone(&self.handler), self.failure);
        Notified::Wait(Box::pin(async move {
            // The call itself may panic too, before there is anything to wait for.
            let called = AssertUnwindSafe(async { handler.on_event(&event).await }).catch_unwind().await;
            settle(called, failure, type_name::<H>(), &event.run)
        }))
    }

    fn identity(&self) -> *const () {
        Arc::as_ptr(&self.handler).cast()
    }
}

/// A run that is cancelled can't be aborted any more.
fn policy(failure: FailurePolicy, event: &Event) -> FailurePolicy {
    match event.kind {
        EventKind::Cancelled => FailurePolicy::Log,
        _ => failure,
    }
}
