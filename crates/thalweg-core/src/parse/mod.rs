//! Parsers as state machines: pieces of text go in, values come out, and no byte is looked at twice.
//!
//! What lives here knows nothing of runs, streams or runnables; the runnables of the parsers wrap it. Of the
//! crate it imports [`value`](crate::value) and [`error`](crate::error) only.

mod bytes;
mod chars;
pub mod json;
pub mod list;
pub mod xml;
