//! How the parts of message chunks add up, in place: texts, content, objects and lists.
//!
//! Used by the folds beside this module only; knows values and nothing of message types but content.

mod content;
mod list;
mod text;
mod tree;

pub(crate) use content::GrowingContent;
pub(crate) use text::GrowingText;
pub(crate) use tree::{Tree, TreeMap};
