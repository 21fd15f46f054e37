//! [`ParserInput`]: what parsers take, and [`Piece`], how they see it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::message::{AiMessage, AiMessageChunk, Block, Content, Message, MessageChunk};
use crate::value::{Dynamic, Text, Value};

/// A value that a parser takes: a text, or a message whose text counts.
#[diagnostic::on_unimplemented(
    message = "an output parser cannot take `{Self}`",
    note = "an output parser takes a text or a message, such as a model's answer"
)]
pub trait ParserInput: Value {
    /// What a chunk is to a parser.
    ///
    /// # Errors
    /// [`InputType`](crate::ErrorKind::InputType) when the value is dynamic and is neither text nor message.
    fn piece(chunk: &Self::Chunk) -> Result<Piece<'_>>;

    /// The text of a chunk, without copying it where it is one.
    ///
    /// # Errors
    /// As [`piece`](Self::piece).
    fn into_text(chunk: Self::Chunk) -> Result<String>;
}

/// A text or a message as a parser sees it: whole, or a piece of a stream.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Piece<'a> {
    /// A text.
    Text(&'a str),
    /// A model's answer.
    Ai(&'a AiMessageChunk),
    /// Another piece of a message.
    Chunk(&'a MessageChunk),
    /// A whole message.
    Message(&'a Message),
}

impl<'a> Piece<'a> {
    /// What the message says; nothing if it is no message.
    pub fn content(self) -> Option<&'a Content> {
        match self {
            Self::Text(_) => None,
            Self::Ai(chunk) => Some(&chunk.content),
            Self::Chunk(chunk) => Some(chunk.content()),
            Self::Message(message) => Some(message.content()),
        }
    }

    /// The text, or the text of what the message says.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            other => other.content().map_or(Cow::Borrowed(""), text_of),
        }
    }

    /// The same, as the variant that says most about it.
    pub(super) fn of_chunk(chunk: &'a MessageChunk) -> Self {
        match chunk {
            MessageChunk::Ai(chunk) => Self::Ai(chunk),
            MessageChunk::Whole(message) => Self::Message(message),
            other => Self::Chunk(other),
        }
    }
}

/// The text of a message's content; a block with a text and no type counts as text.
fn text_of(content: &Content) -> Cow<'_, str> {
    match content {
        Content::Text(text) => Cow::Borrowed(text),
        Content::Blocks(blocks) => {
            let mut texts = blocks.iter().filter_map(text_of_block);
            match (texts.next(), texts.next()) {
                (None, _) => Cow::Borrowed(""),
                (Some(only), None) => Cow::Borrowed(only),
                (Some(first), Some(second)) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
            }
        }
    }
}

/// The text of a block, if it is text.
pub(super) fn text_of_block(block: &Block) -> Option<&str> {
    let untyped = || block.get("type").is_none_or(Dynamic::is_null);
    block.as_text().or_else(|| block.get("text").filter(|_| untyped()).and_then(Dynamic::as_str))
}

fn content_into_text(content: Content) -> String {
    match content {
        Content::Text(text) => text.into(),
        blocks @ Content::Blocks(_) => text_of(&blocks).into_owned(),
    }
}

impl ParserInput for String {
    fn piece(chunk: &Self) -> Result<Piece<'_>> {
        Ok(Piece::Text(chunk))
    }

    fn into_text(chunk: Self) -> Result<String> {
        Ok(chunk)
    }
}

impl ParserInput for Text {
    fn piece(chunk: &Self) -> Result<Piece<'_>> {
        Ok(Piece::Text(chunk))
    }

    fn into_text(chunk: Self) -> Result<String> {
        Ok(chunk.into())
    }
}

impl ParserInput for AiMessage {
    fn piece(chunk: &AiMessageChunk) -> Result<Piece<'_>> {
        Ok(Piece::Ai(chunk))
    }

    fn into_text(chunk: AiMessageChunk) -> Result<String> {
        Ok(content_into_text(chunk.content))
    }
}

impl ParserInput for Message {
    fn piece(chunk: &MessageChunk) -> Result<Piece<'_>> {
        Ok(Piece::of_chunk(chunk))
    }

    fn into_text(chunk: MessageChunk) -> Result<String> {
        match chunk {
            MessageChunk::Ai(chunk) => Ok(content_into_text(chunk.content)),
            other => Ok(text_of(other.content()).into_owned()),
        }
    }
}

/// A text, a message or a chunk of one.
impl ParserInput for Dynamic {
    fn piece(chunk: &Self) -> Result<Piece<'_>> {
        match chunk {
            Self::Text(text) => Ok(Piece::Text(text)),
            Self::Chunk(chunk) => Ok(Piece::of_chunk(chunk)),
            Self::Message(message) => Ok(Piece::Message(message)),
            other => Err(Error::input_type("a parser", "a text or a message", other.type_name())),
        }
    }

    fn into_text(chunk: Self) -> Result<String> {
        match chunk {
            Self::Text(text) => Ok(text.into()),
            Self::Chunk(chunk) => match Arc::try_unwrap(chunk) {
                Ok(MessageChunk::Ai(chunk)) => Ok(content_into_text(chunk.content)),
                Ok(other) => Ok(text_of(other.content()).into_owned()),
                Err(shared) => Ok(text_of(shared.content()).into_owned()),
            },
            other => Self::piece(&other).map(|piece| piece.text().into_owned()),
        }
    }
}
