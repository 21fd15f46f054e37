//! [`MessageChunk`]: a piece of a streamed message of any role.

use std::borrow::Cow;

use super::{AiMessageChunk, ChatMessage, Content, Message, PlainMessage, ToolMessage};
use crate::value::Text;

/// A piece of a streamed message of any role.
///
/// ```
/// use thalweg_core::message::{AiMessageChunk, MessageChunk};
///
/// let chunk = MessageChunk::from(AiMessageChunk::new("Hel"));
/// assert_eq!(chunk.kind(), "AIMessageChunk");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MessageChunk {
    /// A piece of a model's answer.
    Ai(AiMessageChunk),
    /// A piece of what a person says.
    Human(Box<PlainMessage>),
    /// A piece of what a model is told about its task.
    System(Box<PlainMessage>),
    /// A piece of a tool's answer.
    Tool(Box<ToolMessage>),
    /// A piece of a message of some other role.
    Chat(Box<ChatMessage>),
    /// A piece of a function's answer.
    Function(Box<PlainMessage>),
    /// A message that came whole, of any kind but a model's answer, which knows by itself.
    Whole(Box<Message>),
}

impl MessageChunk {
    /// Its kind as it serializes: `AIMessageChunk`, `HumanMessageChunk` and so on; of a message that came
    /// whole, the kind of the message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ai(chunk) if chunk.is_whole() => "ai",
            Self::Ai(_) => "AIMessageChunk",
            Self::Human(_) => "HumanMessageChunk",
            Self::System(_) => "SystemMessageChunk",
            Self::Tool(_) => "ToolMessageChunk",
            Self::Chat(_) => "ChatMessageChunk",
            Self::Function(_) => "FunctionMessageChunk",
            Self::Whole(message) => message.kind(),
        }
    }

    /// What it says.
    pub fn content(&self) -> &Content {
        match self {
            Self::Ai(chunk) => &chunk.content,
            Self::Human(base) | Self::System(base) | Self::Function(base) => &base.content,
            Self::Tool(tool) => &tool.base.content,
            Self::Chat(chat) => &chat.base.content,
            Self::Whole(message) => message.content(),
        }
    }

    /// The text of what it says.
    pub fn text(&self) -> Cow<'_, str> {
        self.content().text()
    }

    /// Its id.
    pub fn id(&self) -> Option<&Text> {
        match self {
            Self::Ai(chunk) => chunk.id.as_ref(),
            Self::Human(base) | Self::System(base) | Self::Function(base) => base.id.as_ref(),
            Self::Tool(tool) => tool.base.id.as_ref(),
            Self::Chat(chat) => chat.base.id.as_ref(),
            Self::Whole(message) => message.id(),
        }
    }

    /// The model's answer, if it is a piece of one.
    pub fn as_ai(&self) -> Option<&AiMessageChunk> {
        match self {
            Self::Ai(chunk) => Some(chunk),
            _ => None,
        }
    }

    /// The whole message that this piece or sum makes.
    pub fn into_message(self) -> Message {
        match self {
            Self::Ai(chunk) => Message::Ai(chunk.into_message()),
            Self::Human(base) => Message::Human(*base),
            Self::System(base) => Message::System(*base),
            Self::Tool(tool) => Message::Tool(*tool),
            Self::Chat(chat) => Message::Chat(*chat),
            Self::Function(base) => Message::Function(*base),
            Self::Whole(message) => *message,
        }
    }
}

impl From<AiMessageChunk> for MessageChunk {
    fn from(chunk: AiMessageChunk) -> Self {
        Self::Ai(chunk)
    }
}

/// A message that came whole, as the only piece of a stream.
impl From<Message> for MessageChunk {
    fn from(message: Message) -> Self {
        match message {
            Message::Ai(ai) => Self::Ai(ai.into()),
            other => Self::Whole(Box::new(other)),
        }
    }
}
