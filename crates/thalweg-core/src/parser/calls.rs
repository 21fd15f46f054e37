//! [`Calls`]: the tool calls in an answer, while it comes.

use super::Piece;
use crate::error::{Error, ErrorKind, Result};
use crate::message::merge::TreeMap;
use crate::message::{Message, ToolCall, ToolCallChunk};
use crate::parse::json::{PartialJson, parse_partial_json};
use crate::value::{Dynamic, Map, Text};

/// A tool call as parsers give it.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: Text,
    pub(super) args: Dynamic,
    pub(super) id: Option<Text>,
}

impl From<&ToolCall> for Call {
    fn from(call: &ToolCall) -> Self {
        Self { name: call.name.clone(), args: call.args.clone().into(), id: call.id.clone() }
    }
}

/// The calls of an answer so far. Their arguments are read as they come.
#[derive(Default)]
pub(super) struct Calls {
    growing: Vec<Growing>,
    whole: Vec<Call>,
    /// What stands for calls in the form of a provider, where a message has no others.
    raw: Vec<Map>,
    started: bool,
}

struct Growing {
    index: Option<i64>,
    name: String,
    id: String,
    has_id: bool,
    args: PartialJson,
    has_args: bool,
}

impl Calls {
    /// Takes the next piece; with `bare` a message that comes whole counts as one without calls.
    pub(super) fn push(&mut self, piece: Piece<'_>, bare: bool) -> Result<()> {
        let first = !std::mem::replace(&mut self.started, true);
        match piece {
            Piece::Text(_) => return Err(no_message()),
            Piece::Ai(chunk) => {
                self.push_raw(chunk.additional_kwargs());
                if !chunk.is_whole() {
                    chunk.tool_call_chunks().iter().for_each(|piece| self.push_call(piece, first));
                } else if !bare {
                    self.whole.extend(chunk.tool_calls().iter().map(Call::from));
                }
            }
            Piece::Message(message) => {
                self.push_raw(message.additional_kwargs());
                if let Message::Ai(ai) = message
                    && !bare
                {
                    self.whole.extend(ai.tool_calls.iter().map(Call::from));
                }
            }
            Piece::Chunk(_) => {}
        }
        Ok(())
    }

    fn push_raw(&mut self, kwargs: &Map) {
        if let Some(calls) = kwargs.get("tool_calls") {
            self.raw.push([("tool_calls", calls.clone())].into_iter().collect());
        }
    }

    /// Pieces of the first chunk stand beside each other; later ones continue the call of their index, unless their ids
    /// contradict each other.
    fn push_call(&mut self, piece: &ToolCallChunk, first: bool) {
        let id = piece.id.as_deref().unwrap_or_default();
        let fits = |call: &&mut Growing| {
            !first
                && piece.index.is_some()
                && call.index == piece.index
                && (id.is_empty() || call.id.is_empty() || call.id == id)
        };
        if let Some(call) = self.growing.iter_mut().find(fits) {
            call.push(piece);
        } else {
            let mut call = Growing::new(piece.index);
            call.push(piece);
            self.growing.push(call);
        }
    }

    /// The calls so far; those without readable arguments are left out. `None` if the answer has no calls in any form.
    pub(super) fn so_far(&mut self, partial: bool) -> Result<Option<Vec<Call>>> {
        let growing = self.growing.iter_mut().filter_map(Growing::call);
        let calls: Vec<_> = growing.chain(self.whole.iter().cloned()).collect();
        if !calls.is_empty() {
            return Ok(Some(calls));
        }
        let Some((first, more)) = self.raw.split_first() else { return Ok(None) };
        let mut sum = TreeMap::from(first.clone());
        more.iter().try_for_each(|piece| sum.merge(piece))?;
        provider_calls(&sum.finish(), partial)
    }

    /// Whether calls in the form of a provider are all there is.
    pub(super) fn is_raw(&self) -> bool {
        !self.raw.is_empty() && self.growing.is_empty() && self.whole.is_empty()
    }
}

impl Growing {
    fn new(index: Option<i64>) -> Self {
        let (name, id) = (String::new(), String::new());
        Self { index, name, id, has_id: false, args: PartialJson::new(), has_args: false }
    }

    fn push(&mut self, piece: &ToolCallChunk) {
        self.name.push_str(piece.name.as_deref().unwrap_or_default());
        if let Some(id) = &piece.id {
            self.has_id = true;
            if self.id != **id {
                self.id.push_str(id);
            }
        }
        if let Some(args) = piece.args.as_deref().filter(|args| !args.is_empty()) {
            self.has_args = true;
            self.args.push(args);
        }
    }

    fn call(&mut self) -> Option<Call> {
        let args = if self.has_args { self.args.snapshot()? } else { Map::new().into() };
        args.as_map()?;
        let id = self.has_id.then(|| Text::from(&self.id));
        Some(Call { name: Text::from(&self.name), args, id })
    }
}

fn no_message() -> Error {
    Error::new(ErrorKind::Parse, "tool calls stand in messages, not in texts")
}

/// The calls that stand in a message in the form of a provider.
fn provider_calls(kwargs: &Map, partial: bool) -> Result<Option<Vec<Call>>> {
    let Some(Dynamic::List(raw)) = kwargs.get("tool_calls") else { return Ok(None) };
    let mut calls = Vec::with_capacity(raw.len());
    for raw in raw.iter() {
        let Some(function) = raw.get("function") else { continue };
        let arguments = function.get("arguments").and_then(Dynamic::as_str).unwrap_or_default();
        let args = if partial {
            match parse_partial_json(arguments) {
                Some(args) => args,
                None => continue,
            }
        } else if arguments.is_empty() {
            Dynamic::Null
        } else {
            Dynamic::parse(arguments)?
        };
        calls.push(Call {
            name: function.get("name").and_then(Dynamic::as_str).unwrap_or_default().into(),
            args: if args.is_truthy() { args } else { Map::new().into() },
            id: raw.get("id").and_then(Dynamic::as_str).map(Text::from),
        });
    }
    Ok(Some(calls))
}
