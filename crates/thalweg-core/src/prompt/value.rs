//! [`PromptValue`]: a formatted prompt, ready for a text model or a chat model.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::Result;
use crate::message::{Message, get_buffer_string};
use crate::value::{Dynamic, Last, Text, Value, empty_stream};

/// A formatted prompt.
///
/// ```
/// use thalweg_core::prompt::PromptValue;
///
/// let prompt = PromptValue::from("Why is the sky blue?");
/// assert_eq!(prompt.to_messages().len(), 1);
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum PromptValue {
    /// A text as a caller gives it to a model: events show it as the text that it is. It equals a formatted one.
    Plain(Text),
    /// One text, formatted.
    Text {
        /// The text.
        text: Text,
    },
    /// A list of messages.
    Messages {
        /// The messages.
        messages: Vec<Message>,
    },
}

impl PromptValue {
    /// The prompt as one text: messages become one with a line `Role: text` each, see
    /// [`get_buffer_string`].
    pub fn to_text(&self) -> Text {
        match self {
            Self::Plain(text) | Self::Text { text } => text.clone(),
            Self::Messages { messages } => get_buffer_string(messages).into(),
        }
    }

    /// The prompt as messages: a text becomes one message of a person.
    pub fn to_messages(&self) -> Vec<Message> {
        match self {
            Self::Plain(text) | Self::Text { text } => vec![Message::human(text.clone())],
            Self::Messages { messages } => messages.clone(),
        }
    }

    /// As [`to_messages`](Self::to_messages), without copying.
    pub fn into_messages(self) -> Vec<Message> {
        match self {
            Self::Plain(text) | Self::Text { text } => vec![Message::human(text)],
            Self::Messages { messages } => messages,
        }
    }
}

impl PartialEq for PromptValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Messages { messages }, Self::Messages { messages: others }) => messages == others,
            (Self::Plain(text) | Self::Text { text }, Self::Plain(other) | Self::Text { text: other }) => {
                text == other
            }
            _ => false,
        }
    }
}

impl From<&str> for PromptValue {
    fn from(text: &str) -> Self {
        Self::Plain(text.into())
    }
}

impl From<String> for PromptValue {
    fn from(text: String) -> Self {
        Self::Plain(text.into())
    }
}

impl From<Text> for PromptValue {
    fn from(text: Text) -> Self {
        Self::Plain(text)
    }
}

impl From<Message> for PromptValue {
    fn from(message: Message) -> Self {
        Self::Messages { messages: vec![message] }
    }
}

impl From<Vec<Message>> for PromptValue {
    fn from(messages: Vec<Message>) -> Self {
        Self::Messages { messages }
    }
}

impl<const N: usize> From<[Message; N]> for PromptValue {
    fn from(messages: [Message; N]) -> Self {
        Self::Messages { messages: messages.into() }
    }
}

/// A text, or an object with `text` or with `messages`.
impl<'de> Deserialize<'de> for PromptValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {
            text: Option<Text>,
            messages: Option<Vec<Message>>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Plain(Text),
            Fields(Fields),
        }
        match Form::deserialize(deserializer)? {
            Form::Plain(text) => Ok(Self::Plain(text)),
            Form::Fields(Fields { messages: Some(messages), .. }) => Ok(Self::Messages { messages }),
            Form::Fields(Fields { text: Some(text), .. }) => Ok(Self::Text { text }),
            Form::Fields(Fields { .. }) => Err(D::Error::missing_field("messages")),
        }
    }
}

/// Arrives whole.
impl Value for PromptValue {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}
