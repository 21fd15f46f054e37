//! From Thalweg's values to the format's.

use serde_json::{Map as Json, Value, json};
use thalweg_core::document::Document;
use thalweg_core::message::{
    AiMessage, AiMessageChunk, Content, InvalidToolCall, Message, MessageChunk, PlainMessage, ToolCall,
    ToolMessage, ToolStatus, UsageMetadata,
};
use thalweg_core::model::ProtocolEvent;
use thalweg_core::output::{GeneratedMessage, Generation, LlmResult};
use thalweg_core::parse::json::PatchOp;
use thalweg_core::prompt::PromptValue;
use thalweg_core::schema::Record;
use thalweg_core::value::{Dynamic, List, Map};
use thalweg_core::view::RunLogPatch;

use super::failure::encode_error;

/// A value as the format writes it.
pub(super) fn encode(value: &Dynamic) -> Value {
    match value {
        Dynamic::Null => Value::Null,
        Dynamic::Bool(b) => json!(b),
        Dynamic::Int(n) => json!(n),
        Dynamic::BigInt(digits) => match digits.parse::<u64>() {
            Ok(n) => json!(n),
            Err(_) => json!({ "$": "integer", "digits": digits.as_str() }),
        },
        Dynamic::Float(n) => float(*n),
        Dynamic::Text(text) => json!(text.as_str()),
        Dynamic::List(list) => encode_list(list),
        Dynamic::Map(map) => encode_map(map),
        Dynamic::Message(message) => encode_message(message),
        Dynamic::Chunk(chunk) => encode_chunk(chunk),
        Dynamic::Document(document) => encode_document(document),
        Dynamic::Prompt(prompt) => encode_prompt(prompt),
        Dynamic::Generation(generation) => encode_generation(generation),
        Dynamic::LlmResult(result) => encode_result(result),
        Dynamic::Error(error) => encode_error(error),
        Dynamic::Object(_) if let Some(record) = Record::of(value) => {
            json!({ "$": "model", "name": record.schema().as_str(), "fields": encode_map(record.fields()) })
        }
        other => serde_json::to_value(other).unwrap_or(Value::Null),
    }
}

/// An event of the content-block protocol.
pub(super) fn encode_protocol(event: &ProtocolEvent) -> thalweg_core::Result<Value> {
    let mut shown = encode(&Dynamic::from_serialize(event)?);
    shown["$"] = json!("protocol_event");
    Ok(shown)
}

/// A patch of a run log; its times are the text `time`.
pub(super) fn encode_patch(patch: &RunLogPatch) -> Value {
    let op = |op: &PatchOp| {
        let mut shown = encode(&Dynamic::from(op.clone()));
        if op.path().ends_with("/end_time") {
            shown["value"] = json!("time");
        }
        if let Some(time) = shown.pointer_mut("/value/start_time").filter(|_| op.path().starts_with("/logs/"))
        {
            *time = json!("time");
        }
        shown
    };
    patch.ops.iter().map(op).collect()
}

fn float(n: f64) -> Value {
    if n.is_finite() {
        return json!(n);
    }
    let text = if n.is_nan() {
        "nan"
    } else if n > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    json!({ "$": "float", "value": text })
}

pub(super) fn encode_list(list: &List) -> Value {
    list.iter().map(encode).collect()
}

pub(super) fn encode_map(map: &Map) -> Value {
    let broken = map.get("type").and_then(Dynamic::as_str) == Some("invalid_tool_call");
    let shown = map.iter().filter(|(key, _)| !(broken && key.as_str() == "error"));
    Value::Object(shown.map(|(key, value)| (key.to_string(), encode(value))).collect())
}

fn encode_document(document: &Document) -> Value {
    let mut out = json!({
        "$": "Document", "page_content": document.page_content.as_str(), "metadata": encode_map(&document.metadata),
    });
    if let Some(id) = &document.id {
        out["id"] = json!(id.as_str());
    }
    out
}

fn encode_prompt(prompt: &PromptValue) -> Value {
    match prompt {
        PromptValue::Plain(text) | PromptValue::Text { text } => {
            json!({ "$": "StringPromptValue", "text": text.as_str() })
        }
        PromptValue::Messages { messages } => {
            json!({ "$": "ChatPromptValue", "messages": messages.iter().map(encode_message).collect::<Vec<_>>() })
        }
    }
}

pub(super) fn encode_generation(generation: &Generation) -> Value {
    let class = match (&generation.message, generation.is_chunk) {
        (None, false) => "Generation",
        (None, true) => "GenerationChunk",
        (Some(_), false) => "ChatGeneration",
        (Some(_), true) => "ChatGenerationChunk",
    };
    let mut out = json!({ "$": class, "text": generation.text.as_str() });
    match &generation.message {
        None => {}
        Some(GeneratedMessage::Message(message)) => out["message"] = encode_message(message),
        Some(GeneratedMessage::Chunk(chunk)) => out["message"] = encode_chunk(chunk),
    }
    if !generation.generation_info.is_empty() {
        out["generation_info"] = encode_map(&generation.generation_info);
    }
    out
}

pub(super) fn encode_result(result: &LlmResult) -> Value {
    let generations: Vec<Vec<Value>> =
        result.generations.iter().map(|list| list.iter().map(encode_generation).collect()).collect();
    let mut out = json!({ "$": "LLMResult", "generations": generations });
    if !result.llm_output.is_empty() {
        out["llm_output"] = encode_map(&result.llm_output);
    }
    out
}

fn content(content: &Content) -> Value {
    encode(&content.to_dynamic())
}

fn base(class: &str, base: &PlainMessage) -> Json<String, Value> {
    let mut out = Json::new();
    out.insert("$".to_owned(), json!(class));
    out.insert("content".to_owned(), content(&base.content));
    for (key, value) in [("name", &base.name), ("id", &base.id)] {
        if let Some(value) = value {
            out.insert(key.to_owned(), json!(value.as_str()));
        }
    }
    for (key, map) in
        [("additional_kwargs", &base.additional_kwargs), ("response_metadata", &base.response_metadata)]
    {
        if !map.is_empty() {
            out.insert(key.to_owned(), encode_map(map));
        }
    }
    out
}

pub(super) fn encode_message(message: &Message) -> Value {
    Value::Object(match message {
        Message::Human(plain) => base("HumanMessage", plain),
        Message::System(plain) => base("SystemMessage", plain),
        Message::Function(plain) => base("FunctionMessage", plain),
        Message::Chat(chat) => {
            let mut out = base("ChatMessage", &chat.base);
            out.insert("role".to_owned(), json!(chat.role.as_str()));
            out
        }
        Message::Tool(tool) => tool_message("ToolMessage", tool),
        Message::Ai(ai) => ai_message(ai),
        Message::Remove(id) => {
            [("$".to_owned(), json!("RemoveMessage")), ("id".to_owned(), json!(id.as_str()))]
                .into_iter()
                .collect()
        }
        _ => Json::new(),
    })
}

fn ai_message(ai: &AiMessage) -> Json<String, Value> {
    let plain = PlainMessage {
        content: ai.content.clone(),
        id: ai.id.clone(),
        name: ai.name.clone(),
        additional_kwargs: ai.additional_kwargs.clone(),
        response_metadata: ai.response_metadata.clone(),
    };
    let mut out = base("AIMessage", &plain);
    answer(&mut out, ai.usage_metadata.as_ref(), &ai.tool_calls, &ai.invalid_tool_calls);
    out
}

fn answer(
    out: &mut Json<String, Value>,
    usage: Option<&UsageMetadata>,
    calls: &[ToolCall],
    invalid: &[InvalidToolCall],
) {
    if let Some(usage) = usage {
        out.insert("usage_metadata".to_owned(), serde_json::to_value(usage).unwrap_or(Value::Null));
    }
    if !calls.is_empty() {
        let calls = calls.iter().map(|call| {
            json!({ "name": call.name.as_str(), "args": encode_map(&call.args), "id": call.id.as_deref() })
        });
        out.insert("tool_calls".to_owned(), calls.collect());
    }
    if !invalid.is_empty() {
        let invalid = invalid.iter().map(|call| {
            json!({ "name": call.name.as_deref(), "args": call.args.as_deref(), "id": call.id.as_deref() })
        });
        out.insert("invalid_tool_calls".to_owned(), invalid.collect());
    }
}

fn tool_message(class: &str, tool: &ToolMessage) -> Json<String, Value> {
    let mut out = base(class, &tool.base);
    out.insert("tool_call_id".to_owned(), json!(tool.tool_call_id.as_str()));
    if tool.status != ToolStatus::Success {
        out.insert("status".to_owned(), json!(tool.status.as_str()));
    }
    if !tool.artifact.is_null() {
        out.insert("artifact".to_owned(), encode(&tool.artifact));
    }
    out
}

pub(super) fn encode_chunk(chunk: &MessageChunk) -> Value {
    Value::Object(match chunk {
        MessageChunk::Ai(ai) if ai.is_whole() => return encode_message(&chunk.clone().into_message()),
        MessageChunk::Ai(ai) => ai_chunk(ai),
        MessageChunk::Human(plain) => base("HumanMessageChunk", plain),
        MessageChunk::System(plain) => base("SystemMessageChunk", plain),
        MessageChunk::Function(plain) => base("FunctionMessageChunk", plain),
        MessageChunk::Chat(chat) => {
            let mut out = base("ChatMessageChunk", &chat.base);
            out.insert("role".to_owned(), json!(chat.role.as_str()));
            out
        }
        MessageChunk::Tool(tool) => tool_message("ToolMessageChunk", tool),
        MessageChunk::Whole(message) => return encode_message(message),
        _ => Json::new(),
    })
}

fn ai_chunk(chunk: &AiMessageChunk) -> Json<String, Value> {
    let plain = PlainMessage {
        content: chunk.content.clone(),
        id: chunk.id.clone(),
        name: chunk.name().cloned(),
        additional_kwargs: chunk.additional_kwargs().clone(),
        response_metadata: chunk.response_metadata().clone(),
    };
    let mut out = base("AIMessageChunk", &plain);
    answer(&mut out, chunk.usage_metadata(), chunk.tool_calls(), chunk.invalid_tool_calls());
    if !chunk.tool_call_chunks().is_empty() {
        let pieces = chunk.tool_call_chunks().iter().map(|piece| {
            json!({
                "name": piece.name.as_deref(), "args": piece.args.as_deref(),
                "id": piece.id.as_deref(), "index": piece.index,
            })
        });
        out.insert("tool_call_chunks".to_owned(), pieces.collect());
    }
    if chunk.is_last() {
        out.insert("chunk_position".to_owned(), json!("last"));
    }
    out
}
