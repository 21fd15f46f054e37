//! [`Cue`]: one thing that a scripted model does.

use std::time::Duration;

use crate::error::Error;
use crate::message::{AiMessage, AiMessageChunk, ToolCallChunk, UsageMetadata};
use crate::model::ChatPiece;
use crate::output::Generation;
use crate::value::Text;

/// One thing that a scripted model does in its answer: give a piece, wait, or fail. Texts, message chunks, tool call
/// chunks, usage and errors become cues by themselves.
///
/// ```
/// use std::time::Duration;
///
/// use thalweg_core::message::ToolCallChunk;
/// use thalweg_core::model::{Cue, ScriptedChat};
/// use thalweg_core::Error;
///
/// let model = ScriptedChat::new([
///     Cue::from("Let me add that. "),
///     Cue::Wait(Duration::from_millis(20)),
///     ToolCallChunk::new("add", r#"{"a": 1}"#).into(),
///     Error::other("the line broke").into(),
/// ]);
/// # let _ = model;
/// ```
#[derive(Clone, Debug)]
pub enum Cue {
    /// Gives a piece of the answer. A text model gives its text.
    Piece(Box<ChatPiece>),
    /// Gives a piece that is nothing but text.
    Text(Text),
    /// Waits before what follows.
    Wait(Duration),
    /// Fails; what follows is never reached.
    Fail(Error),
}

impl Cue {
    /// The piece as a chat model gives it; `None` for what is none.
    pub(in crate::model) fn to_chat(&self) -> Option<ChatPiece> {
        match self {
            Self::Piece(piece) => Some((**piece).clone()),
            Self::Text(text) => Some(AiMessageChunk::new(text.clone()).into()),
            Self::Wait(_) | Self::Fail(_) => None,
        }
    }

    /// The piece as a text model gives it; `None` for what is none.
    pub(super) fn to_text(&self) -> Option<Generation> {
        match self {
            Self::Piece(piece) => {
                let text = Text::from(piece.message.text());
                Some(Generation::chunk(text).with_generation_info(piece.generation_info.clone()))
            }
            Self::Text(text) => Some(Generation::chunk(text.clone())),
            Self::Wait(_) | Self::Fail(_) => None,
        }
    }
}

impl From<&str> for Cue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cue {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Cue {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<ChatPiece> for Cue {
    fn from(piece: ChatPiece) -> Self {
        Self::Piece(Box::new(piece))
    }
}

impl From<AiMessageChunk> for Cue {
    fn from(chunk: AiMessageChunk) -> Self {
        ChatPiece::from(chunk).into()
    }
}

/// A whole message as the only piece.
impl From<AiMessage> for Cue {
    fn from(message: AiMessage) -> Self {
        AiMessageChunk::from(message).into()
    }
}

impl From<ToolCallChunk> for Cue {
    fn from(piece: ToolCallChunk) -> Self {
        AiMessageChunk::default().with_tool_call_chunks([piece]).into()
    }
}

impl From<UsageMetadata> for Cue {
    fn from(usage: UsageMetadata) -> Self {
        AiMessageChunk::default().with_usage(usage).into()
    }
}

impl From<Error> for Cue {
    fn from(error: Error) -> Self {
        Self::Fail(error)
    }
}
