//! Events: what happens to runs, told to those who listen.

mod kind;
mod listener;
mod mask;

pub use kind::{Event, EventKind};
pub(crate) use listener::{Listener, Notified};
pub use mask::EventMask;
