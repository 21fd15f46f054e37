//! The parsers, without any run around them.

mod cost;
mod fuzz;
pub(crate) mod properties;
mod recorded;
mod shared;

use crate::targets::{cut, written};

/// A text in pieces that are about `len` bytes long.
fn pieces(text: &str, len: usize) -> Vec<&str> {
    cut(text, &[len])
}
