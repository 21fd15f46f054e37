//! Messages: what chat models take and give, whole and in chunks.

mod ai;
mod content;

pub use ai::{AiMessage, AiMessageChunk};
pub use content::{Block, Content};

use serde::Serialize;

/// A message of any role.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Message {
    /// A model's answer.
    Ai(AiMessage),
}

/// A piece of a streamed message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum MessageChunk {
    /// A piece of a model's answer.
    Ai(AiMessageChunk),
}
