//! [`Writer`]: makes protocol events of a model's pieces, and the message of the finished blocks.

use std::collections::{HashMap, VecDeque};

use super::ProtocolEvent;
use super::block::{OpenBlock, delta, skeleton};
use crate::error::{Error, ErrorKind, Result};
use crate::message::merge::TreeMap;
use crate::message::{
    AiMessage, AiMessageChunk, Block, Content, InvalidToolCall, TokenDetails, ToolCall, UsageMetadata,
};
use crate::value::{Dynamic, Map, Text};

/// What continues a block: pieces with the same number or name, or without one, of the same kind at the same place.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    /// As JSON, and the kind of block, by which langchain-core does not tell them apart.
    Index(String, Option<Text>),
    Place(Text, usize),
}

pub(super) struct Writer {
    compat: bool,
    id: Text,
    started: bool,
    places: HashMap<Key, usize>,
    blocks: Vec<OpenBlock>,
    usage: Option<UsageMetadata>,
    metadata: Map,
    kwargs: TreeMap,
}

impl Writer {
    pub(super) fn new(compat: bool, id: Text) -> Self {
        Self {
            compat,
            id,
            started: false,
            places: HashMap::new(),
            blocks: Vec::new(),
            usage: None,
            metadata: Map::new(),
            kwargs: TreeMap::default(),
        }
    }

    /// Whether there was any piece.
    pub(super) fn has_started(&self) -> bool {
        self.started
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &AiMessageChunk, out: &mut VecDeque<ProtocolEvent>) -> Result<()> {
        for (key, value) in piece.response_metadata().iter() {
            self.metadata.insert(key.clone(), value.clone());
        }
        self.kwargs.merge(piece.additional_kwargs())?;
        if !std::mem::replace(&mut self.started, true) {
            let mut metadata = Map::new();
            for (from, to) in [("model_provider", "provider"), ("model_name", "model")] {
                if let Some(value) = piece.response_metadata().get(from) {
                    metadata.insert(to, value.clone());
                }
            }
            let role = Text::from_static("ai");
            out.push_back(ProtocolEvent::MessageStart { role, id: self.id.clone(), metadata });
        }
        for (place, block) in self.blocks_of(piece).into_iter().enumerate() {
            if let Block::Object(block) = block {
                self.push_block(place, block, out);
            }
        }
        if let Some(usage) = piece.usage_metadata() {
            self.add_usage(usage);
        }
        Ok(())
    }

    /// The standard blocks of a piece. Where a piece has content and pieces of calls, langchain-core takes these for
    /// whole calls.
    fn blocks_of(&self, piece: &AiMessageChunk) -> Vec<Block> {
        if self.compat {
            return piece.content_blocks().into_iter().map(without_number).collect();
        }
        if piece.tool_call_chunks().is_empty() || piece.is_whole() {
            return piece.content_blocks();
        }
        let calls = piece.tool_call_chunks().to_vec();
        let mut blocks = piece.clone().with_tool_call_chunks([]).content_blocks();
        blocks.extend(AiMessageChunk::default().with_tool_call_chunks(calls).content_blocks());
        blocks
    }

    fn push_block(&mut self, place: usize, block: Map, out: &mut VecDeque<ProtocolEvent>) {
        let kind = || block.get("type").and_then(Dynamic::as_str).map(Text::from).unwrap_or_default();
        let key = match block.get("index").filter(|index| !index.is_null()) {
            Some(index) => Key::Index(index.to_string(), (!self.compat).then(kind)),
            None => Key::Place(kind(), place),
        };
        let delta = delta(&block);
        let known = self.places.get(&key).copied();
        let index = known.unwrap_or(self.blocks.len());
        if let Some(open) = known.and_then(|known| self.blocks.get_mut(known)) {
            open.push(block);
        } else {
            self.places.insert(key, index);
            out.push_back(ProtocolEvent::ContentBlockStart { index, content: skeleton(&block) });
            self.blocks.push(OpenBlock::new(index, block));
        }
        if let Some(delta) = delta {
            out.push_back(ProtocolEvent::ContentBlockDelta { index, delta });
        }
    }

    /// Counts add up; of their details the last ones count.
    fn add_usage(&mut self, more: &UsageMetadata) {
        let update = |own: &mut Option<TokenDetails>, more: &Option<TokenDetails>| {
            for (name, count) in more.iter().flat_map(TokenDetails::iter) {
                own.get_or_insert_default().set(name, count);
            }
        };
        let usage = self.usage.get_or_insert_default();
        update(&mut usage.input_token_details, &more.input_token_details);
        update(&mut usage.output_token_details, &more.output_token_details);
        usage.input_tokens = usage.input_tokens.saturating_add(more.input_tokens);
        usage.output_tokens = usage.output_tokens.saturating_add(more.output_tokens);
        usage.total_tokens = usage.total_tokens.saturating_add(more.total_tokens);
    }

    /// Finishes all blocks, and the message.
    ///
    /// # Errors
    /// langchain-core fails when all is told if the arguments of a call are no object.
    pub(super) fn finish(self, out: &mut VecDeque<ProtocolEvent>) -> Result<AiMessage> {
        let mut message = AiMessage { id: Some(self.id), ..AiMessage::default() };
        let mut blocks = Vec::new();
        for open in self.blocks {
            let index = open.index;
            let content = open.finish(self.compat);
            out.push_back(ProtocolEvent::ContentBlockFinish { index, content: content.clone() });
            blocks.extend(shown(content, index, &mut message, self.compat));
        }
        let misfit = blocks.iter().find(|block| self.compat && has_no_arguments(block));
        let misfit =
            misfit.map(|_| Error::new(ErrorKind::Validation, "the arguments of a call are no object"));
        if !blocks.is_empty() {
            message.content = Content::Blocks(blocks);
        }
        message.usage_metadata.clone_from(&self.usage);
        message.additional_kwargs = self.kwargs.finish();
        out.push_back(ProtocolEvent::MessageFinish {
            usage: self.usage,
            metadata: self.metadata.clone(),
            additional_kwargs: message.additional_kwargs.clone(),
        });
        message.response_metadata = self.metadata;
        message.response_metadata.insert("output_version", "v1");
        misfit.map_or(Ok(message), Err)
    }
}

/// langchain-core does not know the number that such a block came with.
fn without_number(mut block: Block) -> Block {
    if let Block::Object(map) = &mut block
        && map.get("type").and_then(Dynamic::as_str) == Some("non_standard")
    {
        map.remove("index");
    }
    block
}

fn has_no_arguments(block: &Block) -> bool {
    block.kind() == Some("tool_call") && block.get("args").is_some_and(|args| args.as_map().is_none())
}

/// The block as it stands in the message, which gets the call that it is. langchain-core leaves out blocks of a kind that
/// is not among those of its protocol.
fn shown(block: Block, index: usize, message: &mut AiMessage, compat: bool) -> Option<Block> {
    let Block::Object(mut map) = block else { return Some(block) };
    let text = |key: &str| map.get(key).and_then(Dynamic::as_str).map(Text::from);
    match map.get("type").and_then(Dynamic::as_str) {
        Some("tool_call") => {
            let args = map.get("args").and_then(Dynamic::as_map).cloned().unwrap_or_default();
            message.tool_calls.push(ToolCall {
                name: text("name").unwrap_or_default(),
                args,
                id: text("id"),
            });
        }
        Some("invalid_tool_call") => {
            message.invalid_tool_calls.push(InvalidToolCall {
                name: text("name"),
                args: text("args"),
                id: text("id"),
                error: text("error"),
            });
            map.remove("index");
        }
        Some("text-plain" | "tool_call_chunk" | "server_tool_call_chunk") if compat => return None,
        _ if map.contains_key("index") => {}
        _ => drop(map.insert("index", index)),
    }
    Some(Block::Object(map))
}
