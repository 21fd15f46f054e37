//! Callback handlers, listeners and custom events.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers are part of the tests")]

mod custom;
mod failures;
mod listeners;
mod methods;
mod order;
mod shipped;
mod support;
#[cfg(feature = "tracing")]
mod traced;
