//! Messages as langchain-core's types show themselves in Python.

use super::write_repr;
use crate::message::{
    AiMessage, AiMessageChunk, ChatMessage, Content, Message, MessageChunk, PlainMessage, ToolMessage,
    ToolStatus,
};
use crate::value::{Dynamic, Map, Text};

/// A value's fields as Python shows them, all on one line: `name=value`, one after the other.
struct Fields<'a> {
    out: &'a mut String,
    separator: &'static str,
    empty: bool,
}

/// Appends a message's fields with white space between them, as `str()` shows it.
pub(super) fn write_message_str(out: &mut String, message: &Message) {
    Fields { out, separator: " ", empty: true }.message(message);
}

/// Appends a message as `repr()` shows it.
pub(super) fn write_message_repr(out: &mut String, message: &Message) {
    out.push_str(class(message));
    out.push('(');
    Fields { out, separator: ", ", empty: true }.message(message);
    out.push(')');
}

/// Appends a chunk's fields with white space between them, as `str()` shows it.
pub(super) fn write_chunk_str(out: &mut String, chunk: &MessageChunk) {
    Fields { out, separator: " ", empty: true }.chunk(chunk);
}

/// Appends a chunk as `repr()` shows it.
pub(super) fn write_chunk_repr(out: &mut String, chunk: &MessageChunk) {
    out.push_str(match chunk {
        MessageChunk::Ai(chunk) if chunk.is_whole() => "AIMessage",
        MessageChunk::Whole(message) => class(message),
        other => other.kind(),
    });
    out.push('(');
    Fields { out, separator: ", ", empty: true }.chunk(chunk);
    out.push(')');
}

fn class(message: &Message) -> &'static str {
    match message {
        Message::Human(_) => "HumanMessage",
        Message::Ai(_) => "AIMessage",
        Message::System(_) => "SystemMessage",
        Message::Tool(_) => "ToolMessage",
        Message::Chat(_) => "ChatMessage",
        Message::Function(_) => "FunctionMessage",
        Message::Remove(_) => "RemoveMessage",
    }
}

impl Fields<'_> {
    fn field(&mut self, name: &str, value: &Dynamic) {
        if !self.empty {
            self.out.push_str(self.separator);
        }
        self.empty = false;
        self.out.push_str(name);
        self.out.push('=');
        write_repr(self.out, value);
    }

    fn text(&mut self, name: &str, value: Option<&Text>) {
        if let Some(text) = value {
            self.field(name, &Dynamic::Text(text.clone()));
        }
    }

    fn list<T: serde::Serialize>(&mut self, name: &str, values: &[T]) {
        self.field(name, &Dynamic::from_serialize(values).unwrap_or_default());
    }

    fn content(&mut self, content: &Content) {
        self.field("content", &content.to_dynamic());
    }

    fn maps(&mut self, additional_kwargs: &Map, response_metadata: &Map) {
        self.field("additional_kwargs", &Dynamic::Map(additional_kwargs.clone()));
        self.field("response_metadata", &Dynamic::Map(response_metadata.clone()));
    }

    fn message(&mut self, message: &Message) {
        match message {
            Message::Human(base) | Message::System(base) | Message::Function(base) => self.plain(base),
            Message::Ai(ai) => self.ai(ai),
            Message::Tool(tool) => self.tool(tool),
            Message::Chat(chat) => self.chat(chat),
            Message::Remove(id) => {
                self.content(message.content());
                self.maps(&Map::new(), &Map::new());
                self.text("id", Some(id));
            }
        }
    }

    fn chunk(&mut self, chunk: &MessageChunk) {
        match chunk {
            MessageChunk::Ai(chunk) if chunk.is_whole() => self.ai(&chunk.clone().into_message()),
            MessageChunk::Ai(chunk) => self.ai_chunk(chunk),
            MessageChunk::Human(base) | MessageChunk::System(base) | MessageChunk::Function(base) => {
                self.plain(base);
            }
            MessageChunk::Tool(tool) => self.tool(tool),
            MessageChunk::Chat(chat) => self.chat(chat),
            MessageChunk::Whole(message) => self.message(message),
        }
    }

    fn plain(&mut self, base: &PlainMessage) {
        self.content(&base.content);
        self.maps(&base.additional_kwargs, &base.response_metadata);
        self.text("name", base.name.as_ref());
        self.text("id", base.id.as_ref());
    }

    fn chat(&mut self, chat: &ChatMessage) {
        self.plain(&chat.base);
        self.text("role", Some(&chat.role));
    }

    fn tool(&mut self, tool: &ToolMessage) {
        self.content(&tool.base.content);
        self.text("name", tool.base.name.as_ref());
        self.text("id", tool.base.id.as_ref());
        self.text("tool_call_id", Some(&tool.tool_call_id));
        if !tool.artifact.is_null() {
            self.field("artifact", &tool.artifact);
        }
        if tool.status != ToolStatus::Success {
            self.field("status", &tool.status.as_str().into());
        }
    }

    fn ai(&mut self, ai: &AiMessage) {
        self.content(&ai.content);
        self.maps(&ai.additional_kwargs, &ai.response_metadata);
        self.text("name", ai.name.as_ref());
        self.text("id", ai.id.as_ref());
        self.list("tool_calls", &ai.tool_calls);
        self.list("invalid_tool_calls", &ai.invalid_tool_calls);
        self.usage(ai.usage_metadata.as_ref());
    }

    fn ai_chunk(&mut self, chunk: &AiMessageChunk) {
        self.content(&chunk.content);
        self.maps(chunk.additional_kwargs(), chunk.response_metadata());
        self.text("name", chunk.name());
        self.text("id", chunk.id.as_ref());
        self.list("tool_calls", chunk.tool_calls());
        self.list("invalid_tool_calls", chunk.invalid_tool_calls());
        self.usage(chunk.usage_metadata());
        self.list("tool_call_chunks", chunk.tool_call_chunks());
        if chunk.is_last() {
            self.field("chunk_position", &"last".into());
        }
    }

    fn usage(&mut self, usage: Option<&crate::message::UsageMetadata>) {
        if let Some(usage) = usage {
            self.field("usage_metadata", &Dynamic::from_serialize(usage).unwrap_or_default());
        }
    }
}
