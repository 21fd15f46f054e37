//! From the format's values to Thalweg's.

use serde_json::Value;
use thalweg_core::document::Document;
use thalweg_core::message::{
    AiMessage, AiMessageChunk, ChatMessage, Content, InvalidToolCall, Message, MessageChunk, PlainMessage,
    ToolCall, ToolCallChunk, ToolMessage, ToolStatus, UsageMetadata,
};
use thalweg_core::output::Generation;
use thalweg_core::prompt::PromptValue;
use thalweg_core::value::{Dynamic, Map, Text};

use super::failure::Refusal;

type Object = serde_json::Map<String, Value>;

/// A value as the format writes it.
pub(super) fn decode(value: &Value) -> Result<Dynamic, Refusal> {
    Ok(match value {
        Value::Null => Dynamic::Null,
        Value::Bool(b) => Dynamic::Bool(*b),
        Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => Dynamic::Int(n),
            (None, Some(n)) => Dynamic::from(n),
            (None, None) => Dynamic::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Dynamic::from(text.as_str()),
        Value::Array(list) => Dynamic::List(list.iter().map(decode).collect::<Result<_, _>>()?),
        Value::Object(object) => match object.get("$").and_then(Value::as_str) {
            None => plain(object)?.into(),
            Some(kind) => typed(kind, object)?,
        },
    })
}

/// An object without a type.
pub(super) fn plain(object: &Object) -> Result<Map, Refusal> {
    object.iter().map(|(key, value)| Ok((Text::from(key), decode(value)?))).collect()
}

fn typed(kind: &str, object: &Object) -> Result<Dynamic, Refusal> {
    Ok(match kind {
        "integer" => Dynamic::BigInt(text(object, "digits")?),
        "Document" => document(object)?.into(),
        "StringPromptValue" => PromptValue::Text { text: text(object, "text")? }.into(),
        "ChatPromptValue" => {
            let messages = list(object, "messages").iter().map(message).collect::<Result<Vec<_>, _>>()?;
            PromptValue::from(messages).into()
        }
        "GenerationChunk" => Generation::chunk(text(object, "text")?)
            .with_generation_info(map(object, "generation_info")?)
            .into(),
        "ToolCall" => {
            let mut call = Map::new();
            call.insert("type", "tool_call");
            for key in ["name", "args", "id"] {
                call.insert(key, decode(object.get(key).unwrap_or(&Value::Null))?);
            }
            call.into()
        }
        "tuple" => Dynamic::List(list(object, "items").iter().map(decode).collect::<Result<_, _>>()?),
        _ if kind.ends_with("MessageChunk") => chunk(kind, object)?.into(),
        _ => message_of(kind, object)?.into(),
    })
}

pub(super) fn document(object: &Object) -> Result<Document, Refusal> {
    let mut document = Document::new(text(object, "page_content")?);
    document.metadata = map(object, "metadata")?;
    document.id = optional(object, "id");
    Ok(document)
}

fn message(value: &Value) -> Result<Message, Refusal> {
    let object = value.as_object().ok_or_else(|| Refusal::missing("a message"))?;
    message_of(object.get("$").and_then(Value::as_str).unwrap_or_default(), object)
}

fn message_of(kind: &str, object: &Object) -> Result<Message, Refusal> {
    Ok(match kind {
        "HumanMessage" => Message::Human(base(object)?),
        "SystemMessage" => Message::System(base(object)?),
        "FunctionMessage" => Message::Function(base(object)?),
        "ChatMessage" => Message::Chat(ChatMessage { base: base(object)?, role: text(object, "role")? }),
        "ToolMessage" => Message::Tool(tool_message(object)?),
        "RemoveMessage" => Message::remove(text(object, "id")?),
        "AIMessage" => {
            let base = base(object)?;
            Message::Ai(AiMessage {
                content: base.content,
                id: base.id,
                name: base.name,
                additional_kwargs: base.additional_kwargs,
                response_metadata: base.response_metadata,
                usage_metadata: usage(object.get("usage_metadata"))?,
                tool_calls: list(object, "tool_calls").iter().map(tool_call).collect::<Result<_, _>>()?,
                invalid_tool_calls: list(object, "invalid_tool_calls")
                    .iter()
                    .filter_map(invalid_call)
                    .collect(),
            })
        }
        other => return Err(Refusal::Unknown(format!("typed value {other:?}"))),
    })
}

fn chunk(kind: &str, object: &Object) -> Result<MessageChunk, Refusal> {
    Ok(match kind {
        "AIMessageChunk" => MessageChunk::Ai(ai_chunk(object)?),
        "HumanMessageChunk" => MessageChunk::Human(Box::new(base(object)?)),
        "SystemMessageChunk" => MessageChunk::System(Box::new(base(object)?)),
        "FunctionMessageChunk" => MessageChunk::Function(Box::new(base(object)?)),
        "ChatMessageChunk" => {
            MessageChunk::Chat(Box::new(ChatMessage { base: base(object)?, role: text(object, "role")? }))
        }
        "ToolMessageChunk" => MessageChunk::Tool(Box::new(tool_message(object)?)),
        other => return Err(Refusal::Unknown(format!("typed value {other:?}"))),
    })
}

/// A chunk of a model's answer; scripted chunks write its usage as `usage`.
pub(super) fn ai_chunk(object: &Object) -> Result<AiMessageChunk, Refusal> {
    let base = base(object)?;
    let mut chunk = AiMessageChunk::new(base.content);
    chunk.id = base.id;
    if let Some(name) = base.name {
        chunk = chunk.with_name(name);
    }
    if !base.additional_kwargs.is_empty() {
        chunk = chunk.with_additional_kwargs(base.additional_kwargs);
    }
    if !base.response_metadata.is_empty() {
        chunk = chunk.with_response_metadata(base.response_metadata);
    }
    if let Some(usage) = usage(object.get("usage").or_else(|| object.get("usage_metadata")))? {
        chunk = chunk.with_usage(usage);
    }
    let pieces = list(object, "tool_call_chunks");
    if !pieces.is_empty() {
        chunk = chunk.with_tool_call_chunks(pieces.iter().map(call_piece));
    } else if object.contains_key("tool_calls") {
        let calls = list(object, "tool_calls").iter().map(tool_call).collect::<Result<Vec<_>, _>>()?;
        chunk = chunk.with_tool_calls(calls);
    }
    if object.get("chunk_position").and_then(Value::as_str) == Some("last") {
        chunk = chunk.last();
    }
    Ok(chunk)
}

fn base(object: &Object) -> Result<PlainMessage, Refusal> {
    Ok(PlainMessage {
        content: content(object.get("content"))?,
        id: optional(object, "id"),
        name: optional(object, "name"),
        additional_kwargs: map(object, "additional_kwargs")?,
        response_metadata: map(object, "response_metadata")?,
    })
}

fn content(value: Option<&Value>) -> Result<Content, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(Content::default()),
        Some(value) => {
            Content::from_dynamic(&decode(value)?).map_err(|error| Refusal::Unusable(error.to_string()))
        }
    }
}

fn tool_message(object: &Object) -> Result<ToolMessage, Refusal> {
    let status = object.get("status").and_then(Value::as_str);
    Ok(ToolMessage {
        base: base(object)?,
        tool_call_id: text(object, "tool_call_id")?,
        artifact: decode(object.get("artifact").unwrap_or(&Value::Null))?,
        status: if status == Some("error") { ToolStatus::Error } else { ToolStatus::Success },
    })
}

fn usage(value: Option<&Value>) -> Result<Option<UsageMetadata>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| Refusal::Unusable(error.to_string())),
    }
}

fn tool_call(value: &Value) -> Result<ToolCall, Refusal> {
    let object = value.as_object().ok_or_else(|| Refusal::missing("a tool call"))?;
    Ok(ToolCall { name: text(object, "name")?, args: map(object, "args")?, id: optional(object, "id") })
}

fn invalid_call(value: &Value) -> Option<InvalidToolCall> {
    let object = value.as_object()?;
    Some(InvalidToolCall {
        name: optional(object, "name"),
        args: optional(object, "args"),
        id: optional(object, "id"),
        error: None,
    })
}

fn call_piece(value: &Value) -> ToolCallChunk {
    let none = Object::new();
    let object = value.as_object().unwrap_or(&none);
    ToolCallChunk {
        name: optional(object, "name"),
        args: optional(object, "args"),
        id: optional(object, "id"),
        index: object.get("index").and_then(Value::as_i64),
    }
}

fn text(object: &Object, key: &str) -> Result<Text, Refusal> {
    optional(object, key).ok_or_else(|| Refusal::missing(key))
}

fn optional(object: &Object, key: &str) -> Option<Text> {
    object.get(key).and_then(Value::as_str).map(Text::from)
}

fn list<'a>(object: &'a Object, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn map(object: &Object, key: &str) -> Result<Map, Refusal> {
    object.get(key).and_then(Value::as_object).map_or_else(|| Ok(Map::new()), plain)
}
