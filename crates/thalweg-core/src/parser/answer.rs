//! [`Answer`]: puts the text of an answer together from its pieces.

use std::borrow::Cow;

use super::Piece;
use super::input::text_of_block;
use crate::error::{Error, ErrorKind, Result};
use crate::message::{AiMessageChunk, Block, Content, MessageChunk, MessageFold};
use crate::value::Dynamic;

/// What a piece did to the text of the answer.
pub(super) enum Grown<'a> {
    /// This came at the end.
    By(Cow<'a, str>),
    /// The text is this now: a block that was not the last one has grown.
    To(String),
}

/// The text of an answer so far. Plain text is not kept: whoever reads it has it.
#[derive(Default)]
pub(super) struct Answer {
    /// Whether pieces are checked against each other, as langchain-core does.
    strict: bool,
    first: Option<Form>,
    /// Whether there was plain text before the first blocks.
    text: bool,
    blocks: Option<Vec<Segment>>,
    /// The sum of everything that is not text.
    rest: MessageFold,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Text,
    Message,
}

/// One block of the answer's content.
struct Segment {
    index: Option<Dynamic>,
    /// `None` if it is no text.
    text: Option<String>,
}

impl Answer {
    pub(super) fn new(strict: bool) -> Self {
        Self { strict, ..Self::default() }
    }

    pub(super) fn push<'a>(&mut self, piece: Piece<'a>) -> Result<Grown<'a>> {
        if self.strict {
            self.check(piece)?;
        }
        Ok(match (piece, piece.content()) {
            (Piece::Text(text), _) => Grown::By(Cow::Borrowed(text)),
            (_, Some(Content::Text(text))) => self.push_text(text),
            (_, Some(Content::Blocks(blocks))) => self.push_blocks(blocks),
            (_, None) => Grown::By(Cow::Borrowed("")),
        })
    }

    fn push_text<'a>(&mut self, text: &'a str) -> Grown<'a> {
        match &mut self.blocks {
            None => self.text |= !text.is_empty(),
            // Content that began as an empty list does not take plain text.
            Some(segments) if segments.is_empty() => return Grown::By(Cow::Borrowed("")),
            Some(segments) => segments.push(Segment { index: None, text: Some(text.to_owned()) }),
        }
        Grown::By(Cow::Borrowed(text))
    }

    fn push_blocks<'a>(&mut self, blocks: &'a [Block]) -> Grown<'a> {
        let opened = self.blocks.is_none();
        let segments = self.blocks.get_or_insert_default();
        let mut grown = String::new();
        let mut inside = false;
        for block in blocks {
            let index = block.get("index").filter(|index| is_index(index));
            let known =
                segments.iter().rposition(|segment| index.is_some() && segment.index.as_ref() == index);
            // What had no list to begin with becomes one as it is.
            match known.filter(|_| !opened) {
                None => {
                    let text = text_of_block(block);
                    grown.push_str(text.unwrap_or_default());
                    segments.push(Segment { index: index.cloned(), text: text.map(str::to_owned) });
                }
                Some(at) => {
                    let more = block.get("text").and_then(Dynamic::as_str).unwrap_or_default();
                    let last =
                        !segments.iter().skip(at + 1).any(|s| s.text.as_ref().is_some_and(|t| !t.is_empty()));
                    if let Some(text) = segments.get_mut(at).and_then(|segment| segment.text.as_mut()) {
                        text.push_str(more);
                        grown.push_str(more);
                        inside |= !last && !more.is_empty();
                    }
                }
            }
        }
        // Plain text before the blocks is not kept, so that what follows it can only be read in the order it came.
        if inside && !self.text {
            Grown::To(segments.iter().filter_map(|segment| segment.text.as_deref()).collect())
        } else {
            Grown::By(Cow::Owned(grown))
        }
    }

    /// Whether the piece can be added to those before it.
    pub(super) fn check(&mut self, piece: Piece<'_>) -> Result<()> {
        let form = if matches!(piece, Piece::Text(_)) { Form::Text } else { Form::Message };
        if *self.first.get_or_insert(form) != form {
            return Err(Error::new(ErrorKind::Merge, "texts and messages do not add up"));
        }
        match piece {
            Piece::Text(_) => Ok(()),
            Piece::Ai(chunk) if is_bare(chunk) => Ok(()),
            Piece::Ai(chunk) => {
                let mut rest = chunk.clone();
                rest.content = Content::default();
                self.rest.try_merge(&MessageChunk::Ai(rest))
            }
            Piece::Chunk(chunk) => self.rest.try_merge(chunk),
            Piece::Message(message) => {
                let rest = AiMessageChunk::default()
                    .with_additional_kwargs(message.additional_kwargs().clone())
                    .with_response_metadata(message.response_metadata().clone());
                self.rest.try_merge(&MessageChunk::Ai(rest))
            }
        }
    }
}

/// What names a block that later pieces continue.
fn is_index(index: &Dynamic) -> bool {
    match index {
        Dynamic::Int(_) => true,
        Dynamic::Text(text) => text.starts_with("lc_"),
        _ => false,
    }
}

/// Whether there is nothing but content in a chunk, so that it contradicts no other.
fn is_bare(chunk: &AiMessageChunk) -> bool {
    chunk.additional_kwargs().is_empty()
        && chunk.response_metadata().is_empty()
        && chunk.tool_call_chunks().is_empty()
        && chunk.usage_metadata().is_none()
}
