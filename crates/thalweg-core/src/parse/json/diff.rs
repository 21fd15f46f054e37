//! [`JsonDiff`]: the JSON in the answer of a model as a row of patches.

use super::parser::JsonParser;
use super::patch::PatchOp;
use crate::error::Result;
use crate::value::Dynamic;

/// A [`JsonParser`] that tells what changes instead of the value.
///
/// ```
/// use thalweg_core::parse::json::{JsonDiff, PatchOp};
///
/// let mut diff = JsonDiff::new();
/// diff.push(r#"{"a": "x"#);
/// let ops = diff.push(r#"y", "b""#).unwrap();
/// assert_eq!(ops, [PatchOp::Replace { path: "/a".into(), value: "xy".into() }]);
/// assert_eq!(diff.push(":"), None);
/// ```
#[derive(Debug, Default)]
pub struct JsonDiff {
    parser: JsonParser,
}

impl JsonDiff {
    /// A parser before its first piece.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of the answer and gives the operations that make the new value of the one before,
    /// if it changed. The first value replaces the whole document.
    pub fn push(&mut self, piece: &str) -> Option<Vec<PatchOp>> {
        self.parser.push(piece);
        Some(self.parser.take_change()?.patch())
    }

    /// The value of the finished answer.
    ///
    /// # Errors
    /// Of kind [`Parse`](crate::ErrorKind::Parse), when there is no JSON in the answer.
    pub fn finish(self) -> Result<Dynamic> {
        self.parser.finish()
    }
}
