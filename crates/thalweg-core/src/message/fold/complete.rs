//! Completing a finished sum: tool calls in a provider's form, and tool calls in blocks.
//!
//! Providers that stream standard blocks say so with `output_version: "v1"` in the response metadata. Their
//! content holds pieces of tool calls as blocks; when the last chunk is in, these become calls.

use crate::message::{AiMessageChunk, Block, Content, provider_calls};
use crate::value::{Dynamic, Map, Text};

/// Makes calls of the pieces of tool calls in the content, if the chunk is a finished one of that form.
pub(super) fn complete(mut chunk: AiMessageChunk) -> AiMessageChunk {
    if chunk.tool_call_chunks().is_empty()
        && !chunk.is_whole()
        && let Some(pieces) = provider_calls::pieces(chunk.additional_kwargs())
    {
        chunk = chunk.with_tool_call_chunks(pieces);
    }
    let standard = chunk.response_metadata().get("output_version").and_then(Dynamic::as_str) == Some("v1");
    if !standard || !chunk.is_last() {
        return chunk;
    }
    let Content::Blocks(blocks) = std::mem::take(&mut chunk.content) else { return chunk };
    let blocks = blocks.into_iter().map(|block| match block {
        Block::Object(map) => Block::Object(complete_block(map, &chunk)),
        text @ Block::Text(_) => text,
    });
    chunk.content = Content::Blocks(blocks.collect());
    chunk
}

fn complete_block(mut block: Map, chunk: &AiMessageChunk) -> Map {
    match block.get("type").and_then(Dynamic::as_str) {
        Some("tool_call_chunk") => tool_call(&block, chunk).unwrap_or(block),
        Some("server_tool_call" | "server_tool_call_chunk") => {
            if let Some(args) = server_args(&block) {
                block.insert(Text::from_static("type"), "server_tool_call");
                block.insert(Text::from_static("args"), args);
            }
            block
        }
        _ => block,
    }
}

/// The call of the block's id, with what else the block carries.
fn tool_call(block: &Map, chunk: &AiMessageChunk) -> Option<Map> {
    let id = block.get("id")?.as_str().filter(|id| !id.is_empty())?;
    let call = chunk.tool_calls().iter().rev().find(|call| call.id.as_deref() == Some(id))?;
    let mut out = Map::new();
    out.insert("type", "tool_call");
    out.insert("name", call.name.clone());
    out.insert("args", call.args.clone());
    out.insert("id", call.id.clone());
    if let Some(extras) = block.get("extras") {
        out.insert("extras", extras.clone());
    }
    Some(out)
}

/// The arguments of a server's tool call, if they are the text of an object; no text is an empty object.
fn server_args(block: &Map) -> Option<Map> {
    let text = match block.get("args") {
        None | Some(Dynamic::Null) => "",
        Some(Dynamic::Text(text)) => text,
        Some(Dynamic::Map(map)) if map.is_empty() => "",
        Some(_) => return None,
    };
    if text.is_empty() {
        return Some(Map::new());
    }
    match Dynamic::parse(text) {
        Ok(Dynamic::Map(map)) => Some(map),
        _ => None,
    }
}
