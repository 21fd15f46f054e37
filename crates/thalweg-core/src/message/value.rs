//! Messages as values that flow through chains.

use std::sync::Arc;

use super::{AiMessage, AiMessageChunk, AiMessageFold, Message, MessageChunk, MessageFold, ToolCall};
use crate::error::Result;
use crate::value::{Dynamic, Last, Map, Value, empty_stream};

impl Value for AiMessage {
    type Chunk = AiMessageChunk;
    type Fold = AiMessageFold;

    fn into_chunk(self) -> AiMessageChunk {
        self.into()
    }

    fn from_sum(sum: Option<AiMessageChunk>) -> Result<Self> {
        sum.map(AiMessageChunk::into_message).ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        Message::Ai(self.clone()).into()
    }

    fn chunk_to_dynamic(chunk: &AiMessageChunk) -> Dynamic {
        chunk.clone().into()
    }
}

impl Value for Message {
    type Chunk = MessageChunk;
    type Fold = MessageFold;

    fn into_chunk(self) -> MessageChunk {
        self.into()
    }

    fn from_sum(sum: Option<MessageChunk>) -> Result<Self> {
        sum.map(MessageChunk::into_message).ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &MessageChunk) -> Dynamic {
        match chunk {
            MessageChunk::Ai(chunk) => chunk.clone().into(),
            MessageChunk::Whole(message) => Dynamic::from((**message).clone()),
            other => Dynamic::Chunk(Arc::new(other.clone())),
        }
    }
}

impl From<AiMessage> for Dynamic {
    fn from(message: AiMessage) -> Self {
        Message::Ai(message).into()
    }
}

/// A message that came whole is a message, not a chunk.
impl From<AiMessageChunk> for Dynamic {
    fn from(chunk: AiMessageChunk) -> Self {
        if chunk.is_whole() {
            chunk.into_message().into()
        } else {
            Self::Chunk(Arc::new(MessageChunk::Ai(chunk)))
        }
    }
}

/// Arrives whole.
impl Value for ToolCall {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}

/// An object, whose `type` says that it is a tool call.
impl From<ToolCall> for Dynamic {
    fn from(call: ToolCall) -> Self {
        let mut map = Map::new();
        map.insert("name", call.name);
        map.insert("args", call.args);
        map.insert("id", call.id);
        map.insert("type", "tool_call");
        map.into()
    }
}
