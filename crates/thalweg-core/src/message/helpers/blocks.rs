//! The content of messages as standard blocks.

use crate::message::{AiMessage, AiMessageChunk, Block, Content, Message, ToolCall, ToolCallChunk};
use crate::value::{Dynamic, Map, Text};

/// The types that standard blocks have.
const STANDARD: [&str; 14] = [
    "text",
    "reasoning",
    "tool_call",
    "invalid_tool_call",
    "tool_call_chunk",
    "image",
    "audio",
    "file",
    "text-plain",
    "video",
    "server_tool_call",
    "server_tool_call_chunk",
    "server_tool_result",
    "non_standard",
];

impl Message {
    /// The content as standard blocks: texts become text blocks, blocks of a provider's own kind are put into
    /// `non_standard` ones; a model's tool calls are among them, and its thoughts where the provider told them
    /// besides. [`Block::view`] tells them apart.
    ///
    /// ```
    /// use thalweg_core::message::{BlockView, Message};
    ///
    /// let blocks = Message::ai("Hello").content_blocks();
    /// assert!(matches!(blocks[0].view(), BlockView::Text { text: "Hello", .. }));
    /// ```
    pub fn content_blocks(&self) -> Vec<Block> {
        match self {
            Self::Ai(ai) => ai.content_blocks(),
            other => standard(other.content()),
        }
    }
}

impl AiMessage {
    /// The content as standard blocks, see [`Message::content_blocks`].
    pub fn content_blocks(&self) -> Vec<Block> {
        let mut blocks = standard(&self.content);
        if is_standard(&self.response_metadata, &self.content) {
            return blocks;
        }
        add_calls(&mut blocks, &self.content, &self.tool_calls);
        add_thoughts(&mut blocks, &self.additional_kwargs);
        blocks
    }
}

impl AiMessageChunk {
    /// The content as standard blocks, see [`Message::content_blocks`]. Of a piece without content, the pieces
    /// of tool calls stand there as they are.
    pub fn content_blocks(&self) -> Vec<Block> {
        let mut blocks = standard(&self.content);
        if is_standard(self.response_metadata(), &self.content) {
            return blocks;
        }
        if !self.tool_call_chunks().is_empty() && self.content.is_empty() && !self.is_last() {
            blocks.extend(self.tool_call_chunks().iter().map(piece));
        } else {
            add_calls(&mut blocks, &self.content, self.tool_calls());
        }
        add_thoughts(&mut blocks, self.additional_kwargs());
        blocks
    }
}

/// Whether a provider says that its blocks are the standard ones already.
fn is_standard(metadata: &Map, content: &Content) -> bool {
    metadata.get("output_version").and_then(Dynamic::as_str) == Some("v1") && content.as_blocks().is_some()
}

fn standard(content: &Content) -> Vec<Block> {
    match content {
        Content::Text(text) if text.is_empty() => Vec::new(),
        Content::Text(text) => vec![Block::text(text.clone())],
        Content::Blocks(blocks) => blocks.iter().map(standard_block).collect(),
    }
}

fn standard_block(block: &Block) -> Block {
    match block {
        Block::Text(text) => Block::text(text.clone()),
        Block::Object(map) => {
            let kind = block.kind().unwrap_or_default();
            if STANDARD.contains(&kind) && !map.contains_key("source_type") {
                block.clone()
            } else {
                Block::non_standard(map.clone())
            }
        }
    }
}

/// Adds the calls that have an id and are not among the blocks.
fn add_calls(blocks: &mut Vec<Block>, content: &Content, calls: &[ToolCall]) {
    let is_there = |id: &Text| {
        let is_call = |block: &&Block| block.kind() == Some("tool_call");
        let mut ids = content
            .as_blocks()
            .unwrap_or_default()
            .iter()
            .filter(is_call)
            .filter_map(|block| block.get("id"));
        ids.any(|own| own.as_str() == Some(id))
    };
    for call in calls {
        if call.id.as_ref().is_some_and(|id| !id.is_empty() && !is_there(id)) {
            let Dynamic::Map(map) = call.to_dynamic() else { continue };
            blocks.push(Block::Object(map));
        }
    }
}

fn piece(piece: &ToolCallChunk) -> Block {
    let mut map: Map = [
        ("type", "tool_call_chunk".into()),
        ("id", Dynamic::from(piece.id.clone())),
        ("name", piece.name.clone().into()),
        ("args", piece.args.clone().into()),
    ]
    .into_iter()
    .collect();
    if let Some(index) = piece.index {
        map.insert("index", index);
    }
    Block::Object(map)
}

/// Puts the thoughts that a provider told besides before the rest, if there are none yet.
fn add_thoughts(blocks: &mut Vec<Block>, kwargs: &Map) {
    if let Some(thoughts) = kwargs.get("reasoning_content").and_then(Dynamic::as_str)
        && !blocks.iter().any(|block| block.kind() == Some("reasoning"))
    {
        blocks.insert(0, Block::reasoning(thoughts));
    }
}
