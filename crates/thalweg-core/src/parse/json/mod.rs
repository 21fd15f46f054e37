//! JSON that is still being written.
//!
//! [`JsonParser`] reads the answer of a model, with prose and fences around the JSON; [`PartialJson`] reads a
//! bare JSON text, such as the arguments of a tool call. Both take the text in pieces and show after each the
//! value so far.
//!
//! Within: `partial` is the machine, `doc` holds what it has read, `number` and `string` read scalars,
//! `lenient` goes on where the text has stopped being JSON, `edges` and `fence` find the JSON in a text;
//! `change` tells what is new in a snapshot, `same` and `delta` compare snapshots, `patch` says how one becomes
//! the other.

mod change;
mod delta;
mod diff;
mod doc;
mod edges;
mod fence;
mod lenient;
mod number;
mod parser;
mod partial;
mod patch;
mod path;
mod same;
mod string;

pub use change::Change;
pub use diff::JsonDiff;
pub use parser::JsonParser;
pub use partial::{MAX_DEPTH, PartialJson, parse_partial_json};
pub use patch::{PatchOp, patch};
pub use path::{Path, Step};
pub(crate) use same::same;
