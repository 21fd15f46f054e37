//! [`Message`]: a message of any role.

use std::borrow::Cow;

use super::{AiMessage, ChatMessage, Content, PlainMessage, ToolMessage};
use crate::value::{Map, Text};

/// A message of any role.
///
/// ```
/// use thalweg_core::message::Message;
///
/// let conversation = [Message::system("Answer in one sentence."), Message::human("Why is the sky blue?")];
/// assert_eq!(conversation[0].kind(), "system");
/// assert_eq!(conversation[1].text(), "Why is the sky blue?");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// What a person says.
    Human(PlainMessage),
    /// A model's answer.
    Ai(AiMessage),
    /// What a model is told about its task.
    System(PlainMessage),
    /// A tool's answer.
    Tool(ToolMessage),
    /// A message of some other role.
    Chat(ChatMessage),
    /// The answer of a function; the name is the function's. An older form of a tool's answer.
    Function(PlainMessage),
    /// Not a message but the wish that the one of this id be removed from a history.
    Remove(Text),
}

impl Message {
    /// What a person says.
    pub fn human(content: impl Into<Content>) -> Self {
        Self::Human(PlainMessage::new(content))
    }

    /// A model's answer.
    pub fn ai(content: impl Into<Content>) -> Self {
        Self::Ai(AiMessage::new(content))
    }

    /// What a model is told about its task.
    pub fn system(content: impl Into<Content>) -> Self {
        Self::System(PlainMessage::new(content))
    }

    /// A tool's answer to the call of this id.
    pub fn tool(content: impl Into<Content>, tool_call_id: impl Into<Text>) -> Self {
        Self::Tool(ToolMessage::new(content, tool_call_id))
    }

    /// A message of a role of your own.
    pub fn chat(role: impl Into<Text>, content: impl Into<Content>) -> Self {
        Self::Chat(ChatMessage::new(role, content))
    }

    /// The answer of the function of this name.
    pub fn function(name: impl Into<Text>, content: impl Into<Content>) -> Self {
        Self::Function(PlainMessage::new(content).with_name(name))
    }

    /// The wish that the message of this id be removed.
    pub fn remove(id: impl Into<Text>) -> Self {
        Self::Remove(id.into())
    }

    /// Its kind in a word: `human`, `ai`, `system`, `tool`, `chat`, `function` or `remove`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Human(_) => "human",
            Self::Ai(_) => "ai",
            Self::System(_) => "system",
            Self::Tool(_) => "tool",
            Self::Chat(_) => "chat",
            Self::Function(_) => "function",
            Self::Remove(_) => "remove",
        }
    }

    /// What it says; nothing if it is the wish to remove one.
    pub fn content(&self) -> &Content {
        static NOTHING: Content = Content::Text(Text::EMPTY);
        match self {
            Self::Ai(ai) => &ai.content,
            Self::Remove(_) => &NOTHING,
            Self::Human(_) | Self::System(_) | Self::Tool(_) | Self::Chat(_) | Self::Function(_) => {
                self.base().map_or(&NOTHING, |base| &base.content)
            }
        }
    }

    /// Replaces what it says; does nothing if it is the wish to remove one.
    pub fn set_content(&mut self, content: impl Into<Content>) {
        match self {
            Self::Ai(ai) => ai.content = content.into(),
            other => {
                if let Some(base) = other.base_mut() {
                    base.content = content.into();
                }
            }
        }
    }

    /// The text of what it says.
    pub fn text(&self) -> Cow<'_, str> {
        self.content().text()
    }

    /// Its id; of the wish to remove a message, that message's.
    pub fn id(&self) -> Option<&Text> {
        match self {
            Self::Ai(ai) => ai.id.as_ref(),
            Self::Remove(id) => Some(id),
            other => other.base()?.id.as_ref(),
        }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Text>) -> Self {
        match &mut self {
            Self::Ai(ai) => ai.id = Some(id.into()),
            Self::Remove(own) => *own = id.into(),
            other => {
                if let Some(base) = other.base_mut() {
                    base.id = Some(id.into());
                }
            }
        }
        self
    }

    /// The name of who says it.
    pub fn name(&self) -> Option<&Text> {
        match self {
            Self::Ai(ai) => ai.name.as_ref(),
            other => other.base()?.name.as_ref(),
        }
    }

    /// Sets the name; does nothing if it is the wish to remove a message.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Text>) -> Self {
        match &mut self {
            Self::Ai(ai) => ai.name = Some(name.into()),
            other => {
                if let Some(base) = other.base_mut() {
                    base.name = Some(name.into());
                }
            }
        }
        self
    }

    /// What a provider wants to be told or told besides.
    pub fn additional_kwargs(&self) -> &Map {
        static NOTHING: Map = Map::new();
        match self {
            Self::Ai(ai) => &ai.additional_kwargs,
            other => other.base().map_or(&NOTHING, |base| &base.additional_kwargs),
        }
    }

    /// What a provider said about it.
    pub fn response_metadata(&self) -> &Map {
        static NOTHING: Map = Map::new();
        match self {
            Self::Ai(ai) => &ai.response_metadata,
            other => other.base().map_or(&NOTHING, |base| &base.response_metadata),
        }
    }

    /// The model's answer, if it is one.
    pub fn as_ai(&self) -> Option<&AiMessage> {
        match self {
            Self::Ai(ai) => Some(ai),
            _ => None,
        }
    }

    /// The parts that all messages have, of those that keep them together.
    pub(super) fn base(&self) -> Option<&PlainMessage> {
        match self {
            Self::Human(base) | Self::System(base) | Self::Function(base) => Some(base),
            Self::Tool(tool) => Some(&tool.base),
            Self::Chat(chat) => Some(&chat.base),
            Self::Ai(_) | Self::Remove(_) => None,
        }
    }

    pub(super) fn base_mut(&mut self) -> Option<&mut PlainMessage> {
        match self {
            Self::Human(base) | Self::System(base) | Self::Function(base) => Some(base),
            Self::Tool(tool) => Some(&mut tool.base),
            Self::Chat(chat) => Some(&mut chat.base),
            Self::Ai(_) | Self::Remove(_) => None,
        }
    }
}

impl From<AiMessage> for Message {
    fn from(message: AiMessage) -> Self {
        Self::Ai(message)
    }
}

impl From<ToolMessage> for Message {
    fn from(message: ToolMessage) -> Self {
        Self::Tool(message)
    }
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        Self::Chat(message)
    }
}

/// A text is what a person says.
impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::human(text)
    }
}

/// A text is what a person says.
impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::human(text)
    }
}
