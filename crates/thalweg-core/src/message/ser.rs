//! Messages as they serialize: one flat object each, in which what is left to its default is absent.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{
    AiMessage, AiMessageChunk, ChatMessage, Content, InvalidToolCall, Message, MessageChunk, PlainMessage,
    ToolCall, ToolCallChunk, ToolMessage, ToolStatus, UsageMetadata,
};
use crate::value::{Map, Text};

/// What messages of all kinds may have; the rest is empty.
#[derive(Default)]
struct Fields<'a> {
    kind: &'a str,
    content: Option<&'a Content>,
    additional_kwargs: Option<&'a Map>,
    response_metadata: Option<&'a Map>,
    id: Option<&'a Text>,
    name: Option<&'a Text>,
    role: Option<&'a Text>,
    tool_calls: &'a [ToolCall],
    invalid_tool_calls: &'a [InvalidToolCall],
    usage_metadata: Option<&'a UsageMetadata>,
    tool_call_chunks: &'a [ToolCallChunk],
    last: bool,
    tool: Option<&'a ToolMessage>,
}

impl<'a> Fields<'a> {
    fn plain(kind: &'a str, base: &'a PlainMessage) -> Self {
        Self {
            kind,
            content: Some(&base.content),
            additional_kwargs: Some(&base.additional_kwargs),
            response_metadata: Some(&base.response_metadata),
            id: base.id.as_ref(),
            name: base.name.as_ref(),
            ..Self::default()
        }
    }

    fn tool(kind: &'a str, tool: &'a ToolMessage) -> Self {
        Self { tool: Some(tool), ..Self::plain(kind, &tool.base) }
    }

    fn chat(kind: &'a str, chat: &'a ChatMessage) -> Self {
        Self { role: Some(&chat.role), ..Self::plain(kind, &chat.base) }
    }

    fn ai(ai: &'a AiMessage) -> Self {
        Self {
            kind: "ai",
            content: Some(&ai.content),
            additional_kwargs: Some(&ai.additional_kwargs),
            response_metadata: Some(&ai.response_metadata),
            id: ai.id.as_ref(),
            name: ai.name.as_ref(),
            tool_calls: &ai.tool_calls,
            invalid_tool_calls: &ai.invalid_tool_calls,
            usage_metadata: ai.usage_metadata.as_ref(),
            ..Self::default()
        }
    }

    fn ai_chunk(chunk: &'a AiMessageChunk) -> Self {
        Self {
            kind: if chunk.is_whole() { "ai" } else { "AIMessageChunk" },
            content: Some(&chunk.content),
            additional_kwargs: Some(chunk.additional_kwargs()),
            response_metadata: Some(chunk.response_metadata()),
            id: chunk.id.as_ref(),
            name: chunk.name(),
            tool_calls: chunk.tool_calls(),
            invalid_tool_calls: chunk.invalid_tool_calls(),
            usage_metadata: chunk.usage_metadata(),
            tool_call_chunks: chunk.tool_call_chunks(),
            last: chunk.is_last(),
            ..Self::default()
        }
    }

    fn message(message: &'a Message) -> Self {
        let kind = message.kind();
        match message {
            Message::Ai(ai) => Self::ai(ai),
            Message::Human(base) | Message::System(base) | Message::Function(base) => Self::plain(kind, base),
            Message::Tool(tool) => Self::tool(kind, tool),
            Message::Chat(chat) => Self::chat(kind, chat),
            Message::Remove(id) => {
                Self { kind, content: Some(message.content()), id: Some(id), ..Self::default() }
            }
        }
    }

    fn chunk(chunk: &'a MessageChunk) -> Self {
        let kind = chunk.kind();
        match chunk {
            MessageChunk::Ai(chunk) => Self::ai_chunk(chunk),
            MessageChunk::Human(base) | MessageChunk::System(base) | MessageChunk::Function(base) => {
                Self::plain(kind, base)
            }
            MessageChunk::Tool(tool) => Self::tool(kind, tool),
            MessageChunk::Chat(chat) => Self::chat(kind, chat),
            MessageChunk::Whole(message) => Self::message(message),
        }
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("type", self.kind)?;
        entry(&mut out, "content", self.content)?;
        entry(&mut out, "role", self.role)?;
        entry(&mut out, "name", self.name)?;
        entry(&mut out, "id", self.id)?;
        if let Some(tool) = self.tool {
            out.serialize_entry("tool_call_id", &tool.tool_call_id)?;
            entry(&mut out, "artifact", Some(&tool.artifact).filter(|artifact| !artifact.is_null()))?;
            entry(&mut out, "status", (tool.status != ToolStatus::Success).then(|| tool.status.as_str()))?;
        }
        entry(&mut out, "tool_calls", some(self.tool_calls))?;
        entry(&mut out, "invalid_tool_calls", some(self.invalid_tool_calls))?;
        entry(&mut out, "usage_metadata", self.usage_metadata)?;
        entry(&mut out, "tool_call_chunks", some(self.tool_call_chunks))?;
        entry(&mut out, "chunk_position", self.last.then_some("last"))?;
        entry(&mut out, "additional_kwargs", self.additional_kwargs.filter(|map| !map.is_empty()))?;
        entry(&mut out, "response_metadata", self.response_metadata.filter(|map| !map.is_empty()))?;
        out.end()
    }
}

fn entry<M: SerializeMap, T: Serialize>(out: &mut M, key: &str, value: Option<T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| out.serialize_entry(key, &value))
}

fn some<T>(list: &[T]) -> Option<&[T]> {
    (!list.is_empty()).then_some(list)
}

impl Serialize for AiMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields::ai(self).serialize(serializer)
    }
}

impl Serialize for AiMessageChunk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields::ai_chunk(self).serialize(serializer)
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields::message(self).serialize(serializer)
    }
}

impl Serialize for MessageChunk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields::chunk(self).serialize(serializer)
    }
}
