//! Events: what happens to runs, told to those who listen.

mod driver;
mod filter;
mod json;
mod kind;
mod listener;
mod mask;
mod queue;
mod stream;
mod wants;

pub(crate) use driver::{Driver, Told};
pub use filter::EventFilter;
pub(crate) use json::WithoutData;
pub use kind::{Event, EventKind};
pub(crate) use listener::{Listener, Notified};
pub use mask::EventMask;
pub use stream::EventStream;
pub(crate) use wants::Wants;
