//! [`Generation`]: what a model made of one prompt.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::GenerationFold;
use crate::error::Result;
use crate::message::{Block, Content, Message, MessageChunk};
use crate::value::{Dynamic, Map, Text, Value, empty_stream};

/// One generation: the text of a text model, or the message of a chat model with its text.
///
/// ```
/// use thalweg_core::message::Message;
/// use thalweg_core::output::Generation;
///
/// let generation = Generation::from(Message::ai("Paris"));
/// assert_eq!(generation.text, "Paris");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generation {
    /// The generated text; of a message, its text content.
    pub text: Text,
    /// What the provider said about it, such as the finish reason.
    pub generation_info: Map,
    /// The message, for chat models.
    pub message: Option<GeneratedMessage>,
    /// Whether this is a piece of a stream (or the sum of such pieces).
    pub is_chunk: bool,
}

impl Generation {
    /// A text model's generation.
    pub fn new(text: impl Into<Text>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A piece of a text model's generation.
    pub fn chunk(text: impl Into<Text>) -> Self {
        Self { text: text.into(), is_chunk: true, ..Self::default() }
    }

    /// Sets what the provider said about it.
    #[must_use]
    pub fn with_generation_info(mut self, info: Map) -> Self {
        self.generation_info = info;
        self
    }
}

/// The generation of a chat model that answered with this message.
impl From<Message> for Generation {
    fn from(message: Message) -> Self {
        let text = generated_text(message.content()).into();
        Self { text, message: Some(GeneratedMessage::Message(message)), ..Self::default() }
    }
}

/// The generation of a chat model that streamed this chunk, or chunks with this sum.
impl From<MessageChunk> for Generation {
    fn from(chunk: MessageChunk) -> Self {
        let text = generated_text(chunk.content()).into();
        Self { text, message: Some(GeneratedMessage::Chunk(chunk)), is_chunk: true, ..Self::default() }
    }
}

/// The text of a message's content, and, other than for the message itself, that of blocks without a type.
fn generated_text(content: &Content) -> Cow<'_, str> {
    let untyped =
        |block: &Block| block.get("text").is_some() && block.get("type").is_none_or(Dynamic::is_null);
    match content {
        Content::Blocks(blocks) if blocks.iter().any(untyped) => {
            let text = |block: &Block| match block {
                Block::Object(map) if untyped(block) => {
                    map.get("text").and_then(Dynamic::as_str).map(str::to_owned)
                }
                other => other.as_text().map(str::to_owned),
            };
            Cow::Owned(blocks.iter().filter_map(text).collect())
        }
        other => other.text(),
    }
}

/// The message of a chat model's generation: whole, or the sum of a stream's chunks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum GeneratedMessage {
    /// A whole message.
    Message(Message),
    /// A chunk or a sum of chunks.
    Chunk(MessageChunk),
}

impl Value for Generation {
    type Chunk = Self;
    type Fold = GenerationFold;

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

/// As it serializes. The type says whether it is a chat model's and whether it is a chunk.
#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    text: Cow<'a, Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generation_info: Option<Cow<'a, Map>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, GeneratedMessage>>,
}

/// An object with the `type` `Generation`, `GenerationChunk`, `ChatGeneration` or `ChatGenerationChunk`.
impl Serialize for Generation {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let kind = match (&self.message, self.is_chunk) {
            (None, false) => "Generation",
            (None, true) => "GenerationChunk",
            (Some(_), false) => "ChatGeneration",
            (Some(_), true) => "ChatGenerationChunk",
        };
        let fields = Fields {
            kind: kind.into(),
            text: Cow::Borrowed(&self.text),
            generation_info: Some(&self.generation_info).filter(|info| !info.is_empty()).map(Cow::Borrowed),
            message: self.message.as_ref().map(Cow::Borrowed),
        };
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let is_chunk = match &*fields.kind {
            "Generation" | "ChatGeneration" => false,
            "GenerationChunk" | "ChatGenerationChunk" => true,
            other => return Err(D::Error::custom(format_args!("unknown type of generation: {other}"))),
        };
        Ok(Self {
            text: fields.text.into_owned(),
            generation_info: fields.generation_info.map(Cow::into_owned).unwrap_or_default(),
            message: fields.message.map(Cow::into_owned),
            is_chunk,
        })
    }
}

impl<'de> Deserialize<'de> for GeneratedMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Ok(match MessageChunk::deserialize(deserializer)? {
            MessageChunk::Whole(message) => Self::Message(*message),
            MessageChunk::Ai(chunk) if chunk.is_whole() => Self::Message(chunk.into_message().into()),
            chunk => Self::Chunk(chunk),
        })
    }
}
