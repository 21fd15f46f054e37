//! [`OpenBlock`]: one block while it grows.

use super::BlockDelta;
use crate::message::Block;
use crate::value::{Dynamic, Map, Text};

/// A block of a message that is being written.
pub(super) struct OpenBlock {
    pub(super) index: usize,
    /// What it has besides the part that grows.
    fields: Map,
    /// The part that grows, if it has one.
    grown: Option<String>,
}

fn kind(block: &Map) -> &str {
    block.get("type").and_then(Dynamic::as_str).unwrap_or("text")
}

fn is_call_piece(kind: &str) -> bool {
    matches!(kind, "tool_call_chunk" | "server_tool_call_chunk")
}

/// The blocks that are given their number when they are whole, if they have none.
const NUMBERED: [&str; 7] =
    ["server_tool_call", "server_tool_result", "image", "audio", "video", "file", "non_standard"];

fn is_numbered(block: &Map) -> bool {
    NUMBERED.contains(&kind(block)) && block.get("index").is_none()
}

/// The key of what grows in blocks of this kind.
fn growing(kind: &str) -> &'static str {
    match kind {
        "text" => "text",
        "reasoning" => "reasoning",
        kind if is_call_piece(kind) => "args",
        _ => "data",
    }
}

fn text<'a>(block: &'a Map, key: &str) -> &'a str {
    block.get(key).and_then(Dynamic::as_str).unwrap_or_default()
}

impl OpenBlock {
    pub(super) fn new(index: usize, block: Map) -> Self {
        let mut open = Self { index, fields: Map::new(), grown: None };
        open.set(block);
        open
    }

    fn set(&mut self, mut block: Map) {
        let key = growing(kind(&block));
        let grows = key != "data" || block.get(key).and_then(Dynamic::as_str).is_some();
        self.grown = grows.then(|| text(&block, key).to_owned());
        if grows {
            block.remove(key);
        }
        self.fields = block;
    }

    /// Takes the next piece of the block.
    pub(super) fn push(&mut self, piece: Map) {
        let own = Text::from(kind(&self.fields));
        let key = growing(&own);
        if own != *kind(&piece) || (key == "data" && !piece.contains_key(key)) {
            return self.set(piece);
        }
        self.grown.get_or_insert_default().push_str(text(&piece, key));
        for (name, value) in piece.iter().filter(|(_, value)| !value.is_null()) {
            let shown = match name.as_str() {
                "type" => false,
                "id" | "name" => true,
                name => name != key && !is_call_piece(&own),
            };
            match (self.fields.get("extras"), value) {
                _ if !shown => {}
                (Some(Dynamic::Map(extras)), Dynamic::Map(more)) if name == "extras" => {
                    let mut extras = extras.clone();
                    more.iter().for_each(|(key, value)| drop(extras.insert(key.clone(), value.clone())));
                    self.fields.insert("extras", extras);
                }
                _ => drop(self.fields.insert(name.clone(), value.clone())),
            }
        }
    }

    /// The whole block. langchain-core takes the arguments of a call for whatever JSON they are.
    pub(super) fn finish(self, compat: bool) -> Block {
        let own = Text::from(kind(&self.fields));
        if is_call_piece(&own) {
            let mut call = finish_call(&self.fields, &self.grown.unwrap_or_default(), &own, compat);
            if is_numbered(&call) {
                call.insert("index", self.index);
            }
            return Block::Object(call);
        }
        let mut fields = self.fields;
        if let Some(grown) = self.grown {
            fields.insert(Text::from_static(growing(&own)), grown);
        }
        if is_numbered(&fields) {
            fields.insert("index", self.index);
        }
        Block::Object(fields)
    }
}

/// The call that the pieces make.
fn finish_call(fields: &Map, args: &str, kind: &str, compat: bool) -> Map {
    let server = kind == "server_tool_call_chunk";
    let parsed = Dynamic::parse(if args.is_empty() { "{}" } else { args }).ok();
    let parsed = parsed.filter(|value| compat || value.as_map().is_some());
    let mut call = Map::new();
    let known = |key: &str| fields.get(key).cloned().unwrap_or_default();
    let or_empty = |value: Dynamic| if value.is_null() { Text::EMPTY.into() } else { value };
    if let Some(parsed) = parsed {
        call.insert("type", if server { "server_tool_call" } else { "tool_call" });
        call.insert("id", or_empty(known("id")));
        call.insert("name", or_empty(known("name")));
        call.insert("args", parsed);
    } else {
        call.insert("type", "invalid_tool_call");
        call.insert("id", known("id"));
        call.insert("name", known("name"));
        call.insert("args", args);
        call.insert("error", "the arguments are no JSON object");
    }
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        if !matches!(key.as_str(), "type" | "id" | "name") && (server || key != "index") {
            call.insert(key.clone(), value.clone());
        }
    }
    call
}

/// What the start of a block shows: what does not grow, and nothing large.
pub(super) fn skeleton(block: &Map) -> Block {
    let own = kind(block);
    let mut shown = Map::new();
    if is_call_piece(own) {
        shown.insert("type", own);
        for key in ["id", "name", "index"] {
            let value = block.get(key).filter(|value| !value.is_null());
            if value.is_some() || (own == "tool_call_chunk" && key != "index") {
                shown.insert(key, value.cloned().unwrap_or_default());
            }
        }
        shown.insert("args", Text::EMPTY);
        return Block::Object(shown);
    }
    let hidden: &[&str] = match own {
        "text" => &["text", "index", "annotations"],
        "reasoning" => &["reasoning", "index"],
        _ => &["args", "data", "output", "transcript", "value"],
    };
    for (key, value) in block.iter().filter(|(key, _)| !hidden.contains(&key.as_str())) {
        shown.insert(key.clone(), value.clone());
    }
    match own {
        "text" | "reasoning" => drop(shown.insert(growing(own), Text::EMPTY)),
        "tool_call" | "server_tool_call" => drop(shown.insert("args", Map::new())),
        "non_standard" => drop(shown.insert("value", Map::new())),
        _ => {}
    }
    Block::Object(shown)
}

/// By what a piece makes its block grow.
pub(super) fn delta(piece: &Map) -> Option<BlockDelta> {
    let own = kind(piece);
    let more = Text::from(text(piece, growing(own)));
    if more.is_empty() {
        return None;
    }
    Some(match own {
        "text" => BlockDelta::Text { text: more },
        "reasoning" => BlockDelta::Reasoning { reasoning: more },
        kind if is_call_piece(kind) => BlockDelta::ToolCall { args: more },
        _ => {
            let encoding = Some(text(piece, "encoding")).filter(|encoding| *encoding == "base64");
            BlockDelta::Data { data: more, encoding: encoding.map(Text::from) }
        }
    })
}
