//! Messages from their serialized form, see `ser`.

use serde::de::{Deserialize, Deserializer, Error as _};

use super::{
    AiMessage, AiMessageChunk, ChatMessage, Content, InvalidToolCall, Message, MessageChunk, PlainMessage,
    ToolCall, ToolCallChunk, ToolMessage, ToolStatus, UsageMetadata, provider_calls,
};
use crate::value::{Dynamic, Map, Text};

/// All fields that a message of any kind may have. With `data` they stand one level below the type.
#[derive(serde::Deserialize)]
struct Fields {
    #[serde(rename = "type")]
    kind: Option<Text>,
    data: Option<Box<Fields>>,
    #[serde(default)]
    content: Content,
    #[serde(default)]
    id: Option<Id>,
    name: Option<Text>,
    role: Option<Text>,
    additional_kwargs: Option<Map>,
    response_metadata: Option<Map>,
    tool_calls: Option<Vec<ToolCall>>,
    invalid_tool_calls: Option<Vec<InvalidToolCall>>,
    usage_metadata: Option<UsageMetadata>,
    tool_call_chunks: Option<Vec<ToolCallChunk>>,
    chunk_position: Option<Text>,
    tool_call_id: Option<Id>,
    #[serde(default)]
    artifact: Dynamic,
    status: Option<Text>,
}

/// An id may be written as a number.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Id {
    Text(Text),
    Number(i64),
}

impl From<Id> for Text {
    fn from(id: Id) -> Self {
        match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string().into(),
        }
    }
}

impl Fields {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let outer: Self = serde::Deserialize::deserialize(deserializer)?;
        Ok(match outer.data {
            Some(data) => Self { kind: outer.kind, ..*data },
            None => outer,
        })
    }

    fn plain(self) -> PlainMessage {
        PlainMessage {
            content: self.content,
            id: self.id.map(Into::into),
            name: self.name,
            additional_kwargs: self.additional_kwargs.unwrap_or_default(),
            response_metadata: self.response_metadata.unwrap_or_default(),
        }
    }

    fn chat<E: serde::de::Error>(mut self) -> Result<ChatMessage, E> {
        let role = self.role.take().ok_or_else(|| E::missing_field("role"))?;
        Ok(ChatMessage { base: self.plain(), role })
    }

    fn function<E: serde::de::Error>(self) -> Result<PlainMessage, E> {
        if self.name.is_none() {
            return Err(E::missing_field("name"));
        }
        Ok(self.plain())
    }

    fn tool<E: serde::de::Error>(mut self) -> Result<ToolMessage, E> {
        let tool_call_id = self.tool_call_id.take().ok_or_else(|| E::missing_field("tool_call_id"))?.into();
        let status = match self.status.as_deref() {
            None | Some("success") => ToolStatus::Success,
            Some("error") => ToolStatus::Error,
            Some(other) => return Err(E::unknown_variant(other, &["success", "error"])),
        };
        let artifact = std::mem::take(&mut self.artifact);
        Ok(ToolMessage { base: self.plain(), tool_call_id, artifact, status })
    }

    fn ai(self) -> AiMessage {
        let mut ai = AiMessage {
            content: self.content,
            id: self.id.map(Into::into),
            name: self.name,
            tool_calls: self.tool_calls.unwrap_or_default(),
            invalid_tool_calls: self.invalid_tool_calls.unwrap_or_default(),
            usage_metadata: self.usage_metadata,
            additional_kwargs: self.additional_kwargs.unwrap_or_default(),
            response_metadata: self.response_metadata.unwrap_or_default(),
        };
        ai.adopt_provider_calls();
        ai
    }

    fn ai_chunk(self) -> AiMessageChunk {
        let mut out = AiMessageChunk::new(self.content);
        out.id = self.id.map(Into::into);
        let pieces = self.tool_call_chunks.unwrap_or_default();
        let calls = self.tool_calls.unwrap_or_default();
        let invalid = self.invalid_tool_calls.unwrap_or_default();
        if !pieces.is_empty() {
            out = out.with_tool_call_chunks(pieces);
        } else if !calls.is_empty() || !invalid.is_empty() {
            out = out.with_calls(calls, invalid);
        } else if let Some(pieces) = self.additional_kwargs.as_ref().and_then(provider_calls::pieces) {
            out = out.with_tool_call_chunks(pieces);
        }
        if let Some(name) = self.name {
            out = out.with_name(name);
        }
        if let Some(usage) = self.usage_metadata {
            out = out.with_usage(usage);
        }
        if let Some(kwargs) = self.additional_kwargs.filter(|map| !map.is_empty()) {
            out = out.with_additional_kwargs(kwargs);
        }
        if let Some(metadata) = self.response_metadata.filter(|map| !map.is_empty()) {
            out = out.with_response_metadata(metadata);
        }
        if self.chunk_position.as_deref() == Some("last") { out.last() } else { out }
    }

    fn message<E: serde::de::Error>(self) -> Result<Message, E> {
        match self.kind.as_deref() {
            Some("human") => Ok(Message::Human(self.plain())),
            Some("ai") => Ok(Message::Ai(self.ai())),
            Some("system") => Ok(Message::System(self.plain())),
            Some("tool") => self.tool().map(Message::Tool),
            Some("chat") => self.chat().map(Message::Chat),
            Some("function") => self.function().map(Message::Function),
            Some("remove") => {
                self.id.map(|id| Message::Remove(id.into())).ok_or_else(|| E::missing_field("id"))
            }
            Some(other) => Err(E::custom(format_args!("unknown type of message: {other}"))),
            None => Err(E::missing_field("type")),
        }
    }

    fn chunk<E: serde::de::Error>(self) -> Result<MessageChunk, E> {
        match self.kind.as_deref() {
            Some("AIMessageChunk") => Ok(MessageChunk::Ai(self.ai_chunk())),
            Some("HumanMessageChunk") => Ok(MessageChunk::Human(Box::new(self.plain()))),
            Some("SystemMessageChunk") => Ok(MessageChunk::System(Box::new(self.plain()))),
            Some("ToolMessageChunk") => self.tool().map(|tool| MessageChunk::Tool(Box::new(tool))),
            Some("ChatMessageChunk") => self.chat().map(|chat| MessageChunk::Chat(Box::new(chat))),
            Some("FunctionMessageChunk") => {
                self.function().map(|base| MessageChunk::Function(Box::new(base)))
            }
            _ => self.message().map(MessageChunk::from),
        }
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer)?.message()
    }
}

impl<'de> Deserialize<'de> for MessageChunk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Fields::read(deserializer)?.chunk()
    }
}

/// The type may be left out.
impl<'de> Deserialize<'de> for AiMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::read(deserializer)?;
        match fields.kind.as_deref() {
            None | Some("ai") => Ok(fields.ai()),
            Some(other) => {
                Err(D::Error::custom(format_args!("expected an answer of a model, got type {other}")))
            }
        }
    }
}

/// The type may be left out. `ai` makes a message that came whole.
impl<'de> Deserialize<'de> for AiMessageChunk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::read(deserializer)?;
        match fields.kind.as_deref() {
            None | Some("AIMessageChunk") => Ok(fields.ai_chunk()),
            Some("ai") => Ok(fields.ai().into()),
            Some(other) => {
                Err(D::Error::custom(format_args!("expected a piece of an answer, got type {other}")))
            }
        }
    }
}
