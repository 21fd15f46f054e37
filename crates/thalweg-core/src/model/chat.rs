//! [`ChatModel`]: messages in, a message out, piece by piece; and [`Chat`], the runnable of one.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt};

use super::family::{Family, Generated, Shape};
use super::{CallOptions, ModelParams};
use crate::error::{Error, ErrorKind, Result};
use crate::message::merge::TreeMap;
use crate::message::{AiMessage, AiMessageChunk, AiMessageFold, Content, Message, MessageChunk};
use crate::output::{GeneratedMessage, Generation, LlmResult};
use crate::prompt::PromptValue;
use crate::run::RunKind;
use crate::value::{Dynamic, Map, Text};

/// What a chat model must offer. [`Chat`] makes a runnable of it, with runs, tokens and everything else.
///
/// ```
/// use std::borrow::Cow;
/// use std::sync::Arc;
///
/// use futures_util::stream::{self, BoxStream, StreamExt};
/// use thalweg_core::Result;
/// use thalweg_core::message::AiMessageChunk;
/// use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
///
/// struct Polite;
///
/// impl ChatModel for Polite {
///     fn name(&self) -> Cow<'_, str> {
///         "Polite".into()
///     }
///
///     fn params(&self, _options: &CallOptions) -> ModelParams {
///         ModelParams::new("example", "polite-1")
///     }
///
///     fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
///         stream::iter(["Good ", "day"]).map(|text| Ok(AiMessageChunk::new(text).into())).boxed()
///     }
/// }
///
/// let answer = Chat::new(Polite).chain().invoke_blocking("hello")?;
/// assert_eq!(answer.text(), "Good day");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait ChatModel: Send + Sync + 'static {
    /// The name of its runs.
    fn name(&self) -> Cow<'_, str>;

    /// What it says of a call with these options.
    fn params(&self, options: &CallOptions) -> ModelParams;

    /// Whether it can stream; if not, a stream of it is its whole answer.
    fn streams(&self) -> bool {
        true
    }

    /// Answers piece by piece. Polled inside the model's run; dropping the stream must stop the work.
    fn stream(self: Arc<Self>, request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>>;

    /// Answers at once; the sum of the stream unless overridden.
    fn generate(self: Arc<Self>, request: ChatRequest) -> BoxFuture<'static, Result<ChatResult>> {
        let pieces = self.stream(request);
        Box::pin(async move {
            let message = sum(pieces).await?.ok_or_else(nothing_generated)?;
            Ok(ChatResult { generations: vec![ChatFamily::whole(message)], llm_output: Map::new() })
        })
    }
}

/// What a chat model is asked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The messages so far.
    pub messages: Vec<Message>,
    /// What the call asks besides.
    pub options: CallOptions,
}

/// What a chat model answers at once.
#[derive(Clone, Debug, Default)]
pub struct ChatResult {
    /// The answers, the best first.
    pub generations: Vec<Generation>,
    /// What the provider said about the call.
    pub llm_output: Map,
}

/// A piece of a chat model's answer.
///
/// ```
/// use thalweg_core::message::AiMessageChunk;
/// use thalweg_core::model::ChatPiece;
///
/// let piece = ChatPiece::from(AiMessageChunk::new("hi"));
/// assert!(piece.generation_info.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ChatPiece {
    /// The piece of the message.
    pub message: AiMessageChunk,
    /// What the provider said about it, such as the finish reason. It becomes part of the message's
    /// `response_metadata` too.
    pub generation_info: Map,
}

impl From<AiMessageChunk> for ChatPiece {
    fn from(message: AiMessageChunk) -> Self {
        Self { message, generation_info: Map::new() }
    }
}

/// The runnable of a chat model.
pub type Chat = super::runnable::Model<ChatFamily>;

impl Chat {
    /// The runnable of this model.
    pub fn new(model: impl ChatModel) -> Self {
        Self::from_client(Arc::new(model))
    }

    /// The runnable of a shared model.
    pub fn from_arc(model: Arc<dyn ChatModel>) -> Self {
        Self::from_client(model)
    }
}

/// Chat models; see [`Chat`].
#[derive(Debug)]
pub struct ChatFamily(());

/// The sum of pieces.
#[derive(Debug, Default)]
pub struct ChatSum {
    message: AiMessageFold,
    info: TreeMap,
    any: bool,
}

async fn sum(mut pieces: BoxStream<'static, Result<ChatPiece>>) -> Result<Option<Generation>> {
    let mut sum = ChatSum::default();
    while let Some(piece) = pieces.next().await {
        if !ChatFamily::push(&mut sum, &piece?) {
            return Err(contradiction());
        }
    }
    Ok(ChatFamily::sum(sum))
}

pub(super) fn nothing_generated() -> Error {
    Error::new(ErrorKind::Model, "the model's stream ended without anything")
}

/// The error of an answer whose chunks do not add up.
pub(super) fn contradiction() -> Error {
    Error::new(ErrorKind::Merge, "the chunks of the model's answer contradict each other")
}

/// What the provider said, under what the message says itself.
fn with_info(metadata: &Map, info: &Map) -> Map {
    let mut all = info.clone();
    for (key, value) in metadata.iter() {
        all.insert(key.clone(), value.clone());
    }
    all
}

impl Family for ChatFamily {
    const KIND: RunKind = RunKind::ChatModel;
    const TYPE: &'static str = "chat";
    type Client = Arc<dyn ChatModel>;
    type Prompt = Arc<[Message]>;
    type Piece = ChatPiece;
    type Sum = ChatSum;
    type Out = AiMessage;

    fn name(client: &Self::Client) -> Cow<'_, str> {
        client.name()
    }

    fn params(client: &Self::Client, options: &CallOptions) -> ModelParams {
        client.params(options)
    }

    fn streams(client: &Self::Client) -> bool {
        client.streams()
    }

    fn stream(
        client: &Self::Client,
        prompt: Self::Prompt,
        options: CallOptions,
    ) -> BoxStream<'static, Result<ChatPiece>> {
        Arc::clone(client).stream(ChatRequest { messages: prompt.to_vec(), options })
    }

    fn generate(
        client: &Self::Client,
        prompt: Self::Prompt,
        options: CallOptions,
    ) -> BoxFuture<'static, Result<Generated>> {
        let result = Arc::clone(client).generate(ChatRequest { messages: prompt.to_vec(), options });
        Box::pin(async move {
            let ChatResult { generations, llm_output } = result.await?;
            Ok(Generated { generations, llm_output })
        })
    }

    fn prompt(prompt: PromptValue) -> Self::Prompt {
        prompt.into_messages().into()
    }

    fn prompt_to_dynamic(prompt: &Self::Prompt) -> Dynamic {
        Dynamic::List(prompt.iter().cloned().map(Dynamic::from).collect())
    }

    fn adopt(piece: &mut ChatPiece, id: &Text) {
        if piece.message.id.is_none() {
            piece.message.id = Some(id.clone());
        }
        if !piece.generation_info.is_empty() {
            let metadata = piece.message.response_metadata_mut();
            *metadata = with_info(metadata, &piece.generation_info);
        }
    }

    fn open_after(piece: &ChatPiece) -> Option<Shape> {
        match piece.message.content {
            _ if piece.message.is_last() => None,
            Content::Text(_) => Some(Shape::Text),
            Content::Blocks(_) => Some(Shape::Blocks),
        }
    }

    fn closing(shape: Shape, id: &Text) -> Option<ChatPiece> {
        let content = match shape {
            Shape::Text => Content::default(),
            Shape::Blocks => Content::Blocks(Vec::new()),
        };
        Some(AiMessageChunk::new(content).with_id(id.clone()).last().into())
    }

    fn to_generation(piece: &ChatPiece) -> Generation {
        Generation::from(MessageChunk::Ai(piece.message.clone()))
            .with_generation_info(piece.generation_info.clone())
    }

    fn to_piece(generation: Generation) -> ChatPiece {
        let generation_info = generation.generation_info;
        let message = match generation.message {
            Some(GeneratedMessage::Chunk(MessageChunk::Ai(chunk))) => chunk,
            Some(GeneratedMessage::Message(Message::Ai(message))) => {
                AiMessageChunk::from(message).into_piece()
            }
            _ => AiMessageChunk::new(generation.text),
        };
        ChatPiece { message, generation_info }
    }

    fn piece_to_dynamic(piece: &ChatPiece) -> Dynamic {
        let chunk = MessageChunk::Ai(piece.message.clone());
        if piece.generation_info.is_empty() {
            chunk.into()
        } else {
            Generation::from(chunk).with_generation_info(piece.generation_info.clone()).into()
        }
    }

    fn into_chunk(piece: ChatPiece) -> AiMessageChunk {
        piece.message
    }

    fn push(sum: &mut ChatSum, piece: &ChatPiece) -> bool {
        sum.any = true;
        let added = sum.message.push(&piece.message);
        // What contradicts the sum is left out of it: it stands in the piece itself.
        added && (piece.generation_info.is_empty() || sum.info.merge(&piece.generation_info).is_ok())
    }

    fn sum(sum: ChatSum) -> Option<Generation> {
        let message = sum.message.finish().filter(|_| sum.any)?;
        Some(Generation::from(MessageChunk::Ai(message)).with_generation_info(sum.info.finish()))
    }

    fn whole(generation: Generation) -> Generation {
        let info = generation.generation_info;
        match generation.message {
            Some(GeneratedMessage::Chunk(chunk)) => {
                Generation::from(chunk.into_message()).with_generation_info(info)
            }
            Some(GeneratedMessage::Message(message)) => Generation::from(message).with_generation_info(info),
            None => Generation { generation_info: info, ..generation },
        }
    }

    fn adopt_whole(generation: &mut Generation, id: impl FnOnce() -> Text, llm_output: &Map) {
        let Some(GeneratedMessage::Message(Message::Ai(message))) = &mut generation.message else { return };
        if message.id.is_none() {
            message.id = Some(id());
        }
        if !generation.generation_info.is_empty() {
            message.response_metadata = with_info(&message.response_metadata, &generation.generation_info);
        }
        if !llm_output.is_empty() {
            message.response_metadata = with_info(&message.response_metadata, llm_output);
        }
    }

    fn into_out(generation: Generation) -> AiMessage {
        match generation.message {
            Some(GeneratedMessage::Message(Message::Ai(message))) => message,
            Some(GeneratedMessage::Chunk(MessageChunk::Ai(chunk))) => chunk.into_message(),
            _ => AiMessage::new(generation.text),
        }
    }

    fn whole_chunk(out: AiMessage) -> AiMessageChunk {
        crate::value::Value::into_chunk(out)
    }

    fn partial(sum: Option<Generation>, streamed: bool) -> LlmResult {
        let generations = match sum {
            Some(sum) if streamed => vec![vec![sum], Vec::new()],
            _ => vec![Vec::new()],
        };
        LlmResult { generations, ..LlmResult::default() }
    }
}
