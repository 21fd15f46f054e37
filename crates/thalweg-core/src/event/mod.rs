//! Events: what happens to runs, told to those who listen.

mod driver;
mod filter;
mod json;
mod kind;
mod listener;
mod mask;
mod ndjson;
mod queue;
mod stream;
mod stuck;
mod wants;

pub(crate) use driver::{Chunk, Driver, Told};
pub use filter::EventFilter;
pub use kind::{Event, EventKind};
pub(crate) use listener::{Listener, Notified};
pub use mask::EventMask;
pub use ndjson::write_ndjson;
pub(crate) use ndjson::{line, line_without_data};
pub(crate) use queue::{BACKLOG, Queue, backlog, tell_all};
pub use stream::EventStream;
pub(crate) use stuck::blocking;
pub(crate) use wants::Wants;
