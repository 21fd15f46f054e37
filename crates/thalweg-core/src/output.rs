//! What models give for prompts: [`Generation`] and [`LlmResult`].

use std::borrow::Cow;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::id::RunId;
use crate::message::merge::{GrowingText, TreeMap};
use crate::message::{Block, Content, Message, MessageChunk, MessageFold};
use crate::value::{Dynamic, Fold, Last, Map, Text, Value, empty_stream};

/// One generation: the text of a text model, or the message of a chat model with its text.
///
/// ```
/// use thalweg_core::message::Message;
/// use thalweg_core::output::Generation;
///
/// let generation = Generation::from(Message::ai("Paris"));
/// assert_eq!(generation.text, "Paris");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Generation {
    /// The generated text; of a message, its text content.
    pub text: Text,
    /// What the provider said about it, such as the finish reason.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub generation_info: Map,
    /// The message, for chat models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<GeneratedMessage>,
    /// Whether this is a piece of a stream (or the sum of such pieces).
    #[serde(skip)]
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

/// Adds up the chunks of a generation: texts append, messages and what the provider said add up.
///
/// ```
/// use thalweg_core::output::{Generation, GenerationFold};
/// use thalweg_core::value::Fold;
///
/// let mut fold = GenerationFold::default();
/// fold.push(&Generation::chunk("a"));
/// fold.push(&Generation::chunk("b"));
/// assert_eq!(fold.finish().unwrap().text, "ab");
/// ```
#[derive(Debug, Default)]
pub struct GenerationFold(State);

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    One(Box<Generation>),
    Sum(Box<Sum>),
}

#[derive(Debug)]
struct Sum {
    text: GrowingText,
    info: TreeMap,
    message: Option<MessageFold>,
}

impl GenerationFold {
    /// Adds a chunk.
    ///
    /// # Errors
    /// [`ErrorKind::Merge`] when the chunk contradicts the sum, or one of the two is no chunk. The sum may then
    /// hold a part of the chunk.
    pub fn try_merge(&mut self, chunk: &Generation) -> Result<()> {
        if let State::One(first) = &self.0 {
            self.0 = State::Sum(Box::new(Sum::new(first)?));
        }
        match &mut self.0 {
            State::Sum(sum) => sum.push(chunk),
            State::Empty | State::One(_) => {
                self.0 = State::One(Box::new(chunk.clone()));
                Ok(())
            }
        }
    }
}

impl Fold<Generation> for GenerationFold {
    fn push(&mut self, chunk: &Generation) -> bool {
        let added = self.try_merge(chunk).is_ok();
        if !added {
            self.0 = State::One(Box::new(chunk.clone()));
        }
        added
    }

    fn finish(self) -> Option<Generation> {
        match self.0 {
            State::Empty => None,
            State::One(generation) => Some(*generation),
            State::Sum(sum) => Some(sum.finish()),
        }
    }
}

impl Sum {
    fn new(first: &Generation) -> Result<Self> {
        if !first.is_chunk {
            return Err(not_a_chunk());
        }
        let message = match &first.message {
            None => None,
            Some(GeneratedMessage::Message(_)) => return Err(not_a_chunk()),
            Some(GeneratedMessage::Chunk(chunk)) => {
                let mut fold = MessageFold::default();
                fold.push(chunk);
                Some(fold)
            }
        };
        let info = first.generation_info.clone().into();
        Ok(Self { text: GrowingText::Shared(first.text.clone()), info, message })
    }

    fn push(&mut self, chunk: &Generation) -> Result<()> {
        if !chunk.is_chunk {
            return Err(not_a_chunk());
        }
        self.info.merge(&chunk.generation_info)?;
        match (&mut self.message, &chunk.message) {
            (None, None) => {
                self.text.push(&chunk.text);
                Ok(())
            }
            (Some(own), Some(GeneratedMessage::Chunk(message))) => own.try_merge(message),
            _ => Err(not_a_chunk()),
        }
    }

    fn finish(self) -> Generation {
        let out = match self.message.and_then(Fold::finish) {
            Some(message) => Generation::from(message),
            None => Generation::chunk(self.text.into_text()),
        };
        out.with_generation_info(self.info.finish())
    }
}

fn not_a_chunk() -> Error {
    Error::new(ErrorKind::Merge, "two generations do not add up: both must be chunks of one kind")
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

/// What a model made of several prompts.
///
/// ```
/// use thalweg_core::output::{Generation, LlmResult};
///
/// let result = LlmResult { generations: vec![vec![Generation::new("Paris")]], ..LlmResult::default() };
/// assert_eq!(result.generations[0][0].text, "Paris");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LlmResult {
    /// For each prompt its generations, the best first.
    pub generations: Vec<Vec<Generation>>,
    /// What the provider said about the whole call.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub llm_output: Map,
    /// The runs that made the generations, one for each prompt.
    pub runs: Vec<RunId>,
}

/// Arrives whole.
impl Value for LlmResult {
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
