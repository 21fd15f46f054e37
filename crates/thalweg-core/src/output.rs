//! What models give for prompts: [`Generation`] and [`LlmResult`].

use crate::id::RunId;
use serde::Serialize;

use crate::message::{Message, MessageChunk};
use crate::value::{Map, Text};

/// One generation: the text of a text model, or the message of a chat model with its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Generation {
    /// The generated text; of a message, its text content.
    pub text: Text,
    /// What the provider said about it, such as the finish reason.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub generation_info: Map,
    /// The message, for chat models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<GeneratedMessage>,
    /// Whether this is a piece of a stream (or the sum of such pieces).
    #[serde(skip)]
    pub is_chunk: bool,
}

/// The message of a chat model's generation: whole, or the sum of a stream's chunks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum GeneratedMessage {
    /// A whole message.
    Message(Message),
    /// A chunk or a sum of chunks.
    Chunk(MessageChunk),
}

/// What a model made of several prompts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LlmResult {
    /// For each prompt its generations, the best first.
    pub generations: Vec<Vec<Generation>>,
    /// What the provider said about the whole call.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub llm_output: Map,
    /// The runs that made the generations, one for each prompt.
    pub runs: Vec<RunId>,
}
