//! Views: other shapes of the one event stream, each a mapping of events and nothing more.

mod log;
mod messages;
mod plain;
mod v2;
mod words;

pub use log::{LogEntry, LogStream, RunLog, RunLogPatch};
pub use messages::{MessageEvent, MessageEventKind, MessageStream};
pub use v2::{V2Event, V2Events, V2View};
