//! [`Content`]: a message's text or blocks.

use serde::Serialize;

use crate::value::{Map, Text};

/// What a message says: a text, or a list of blocks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Plain text.
    Text(Text),
    /// A list of blocks.
    Blocks(Vec<Block>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(Text::EMPTY)
    }
}

/// One entry of a content list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Block {
    /// A bare text.
    Text(Text),
    /// A typed block.
    Object(Map),
}
