//! Callback handlers: code that is called when something happens to a run, and the events that an application
//! dispatches itself.
//!
//! Handlers are views of the event stream: this module turns events into calls and waits for those who wait. It
//! imports from `event` and `run`, never from `engine` or `runnable`. The handlers that are shipped have a file each.

mod async_handler;
mod attach;
mod blocking;
mod call;
mod closure;
mod dispatch;
mod failure;
mod handler;
mod handlers;
mod interest;
mod listeners;
mod ndjson;
mod payload;
#[cfg(feature = "tracing")]
mod spans;
mod stdout;
mod usage;

pub use async_handler::AsyncCallbackHandler;
pub use attach::{IntoAsyncHandler, IntoHandler};
pub use blocking::{Blocking, blocking};
pub use closure::{HandlerFn, IntoHandled, handler_fn};
pub use dispatch::{
    CustomEvent, adispatch_custom_event, adispatch_custom_event_in, dispatch_custom_event,
    dispatch_custom_event_in,
};
pub use failure::failures;
pub use handler::{CallbackHandler, FailurePolicy, Handled};
pub use handlers::Handlers;
pub use interest::Interest;
pub use listeners::{AsyncListeners, Listeners, RunRecord};
pub use ndjson::NdjsonHandler;
pub use payload::Payload;
#[cfg(feature = "tracing")]
pub use spans::TracingHandler;
pub use stdout::StdoutHandler;
pub use usage::UsageHandler;
