//! [`MessageStream`]: what the models of a call say, told apart by what it is.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::stream::StreamExt;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::{Driver, Event, EventFilter, EventKind, Told, Wants};
use crate::id::RunId;
use crate::message::{
    AiMessage, AiMessageChunk, Block, BlockView, Content, InvalidToolCall, MessageChunk, ToolCall,
    ToolCallChunk, UsageMetadata,
};
use crate::output::{GeneratedMessage, LlmResult};
use crate::run::Run;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Map, Text, Value};

/// Something that one model of a call says.
///
/// ```
/// use thalweg_core::view::{MessageEvent, MessageEventKind};
///
/// /// The text of a chat window grows by this.
/// fn shown(event: &MessageEvent) -> &str {
///     match &event.kind {
///         MessageEventKind::Text(text) => text,
///         _ => "",
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MessageEvent {
    /// The model's run.
    pub run: Arc<Run>,
    /// What it says.
    pub kind: MessageEventKind,
}

/// What a model says.
///
/// Between the start and the end come the pieces in the order in which the model gives them; then, when all is said,
/// the tool calls; then the message. A model that does not stream gives its whole answer as one piece of each kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum MessageEventKind {
    /// It begins.
    Start,
    /// A piece of text.
    Text(Text),
    /// A piece of what it thinks before it answers.
    Reasoning(Text),
    /// A piece of a tool call, as the provider sends it: mostly the name first, then pieces of the arguments' JSON.
    ToolCallPiece(ToolCallChunk),
    /// A piece of content of any other kind, such as a picture or a provider's own block.
    Block(Block),
    /// The tokens taken so far.
    Usage(UsageMetadata),
    /// A tool call, finished.
    ToolCall(ToolCall),
    /// A finished tool call whose arguments are no JSON object.
    InvalidToolCall(InvalidToolCall),
    /// It is done; this is the whole message. Of a text model, a message with its text.
    End(AiMessage),
    /// It failed.
    Error {
        /// Why.
        error: Error,
        /// What it had said until then.
        message: Option<AiMessage>,
    },
    /// It was dropped before its end.
    Cancelled,
}

/// What the models of one call say, wherever in the chain they run; made by
/// [`Chain::stream_messages`](crate::Chain::stream_messages).
///
/// Models that run beside each other are told apart by their runs. A model that is called for a whole answer streams
/// here nevertheless, if it can. Each run that starts here ends here too: with the message, an error, or cancelled.
///
/// Reading drives the call, as it does for an [`EventStream`](crate::event::EventStream), and nothing is kept but what
/// one piece gave. If the call fails, its error is the last item. Dropping the stream cancels the call.
///
/// ```
/// use futures_util::StreamExt;
/// use futures_util::stream::{self, BoxStream};
/// use thalweg_core::message::AiMessageChunk;
/// use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
/// use thalweg_core::{Chain, Result};
/// # use std::{borrow::Cow, sync::Arc};
/// # struct Polite;
/// # impl ChatModel for Polite {
/// #     fn name(&self) -> Cow<'_, str> { "Polite".into() }
/// #     fn params(&self, _: &CallOptions) -> ModelParams { ModelParams::new("example", "polite-1") }
/// #     fn stream(self: Arc<Self>, _: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
/// #         stream::iter(["Good ", "day"]).map(|text| Ok(AiMessageChunk::new(text).into())).boxed()
/// #     }
/// # }
///
/// let chain = Chat::new(Polite) | |answer: thalweg_core::message::AiMessage| answer.text().len();
/// # futures_util::FutureExt::now_or_never(async {
/// let mut text = chain.stream_messages("hello").text().boxed();
/// while let Some(piece) = text.next().await {
///     print!("{}", piece?);
/// }
/// # Ok::<(), thalweg_core::Error>(())
/// # }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct MessageStream {
    driver: Driver,
    open: HashMap<RunId, Open>,
    /// What one event gave and nobody has taken yet.
    ready: VecDeque<MessageEvent>,
}

/// What is known of a model that has not ended.
#[derive(Default)]
struct Open {
    streamed: bool,
    usage: Option<UsageMetadata>,
}

impl MessageStream {
    /// What the models say in the call that `call` makes with the context it is given.
    pub(crate) fn new<O: Value>(
        context: &Context,
        filter: EventFilter,
        call: impl FnOnce(Context) -> ChunkStream<O>,
    ) -> Self {
        let driver = Driver::new(context, Wants::Models(filter), call);
        Self { driver, open: HashMap::new(), ready: VecDeque::new() }
    }

    /// The pieces of text alone, of all models in the order in which they come.
    pub fn text(self) -> impl Stream<Item = Result<Text>> + Send {
        self.filter_map(|event| {
            std::future::ready(match event {
                Ok(MessageEvent { kind: MessageEventKind::Text(text), .. }) => Some(Ok(text)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            })
        })
    }

    /// Cancels the call. What is still waiting, and that the models are cancelled, can be read on.
    pub fn cancel(&mut self) {
        self.driver.cancel();
    }

    fn take(&mut self, event: Event) {
        let Event { run, kind, .. } = event;
        let mut says = Says { run: &run, out: &mut self.ready };
        match kind {
            EventKind::Start { .. } => {
                self.open.insert(run.id(), Open::default());
                says.that(MessageEventKind::Start);
            }
            EventKind::Stream { chunk } => {
                let Some(open) = self.open.get_mut(&run.id()) else { return };
                open.streamed = true;
                says.chunk(&chunk, &mut open.usage);
            }
            EventKind::End { output, .. } => {
                let Some(open) = self.open.remove(&run.id()) else { return };
                let message = said(output).unwrap_or_default();
                if !open.streamed {
                    says.content(&message.content, &message.additional_kwargs);
                    says.some(message.usage_metadata.clone().map(MessageEventKind::Usage));
                }
                let calls = message.tool_calls.iter().cloned().map(MessageEventKind::ToolCall);
                calls.for_each(|call| says.that(call));
                let invalid =
                    message.invalid_tool_calls.iter().cloned().map(MessageEventKind::InvalidToolCall);
                invalid.for_each(|call| says.that(call));
                says.that(MessageEventKind::End(message));
            }
            EventKind::Error { error, output, .. } => {
                if self.open.remove(&run.id()).is_some() {
                    says.that(MessageEventKind::Error { error, message: output.and_then(said) });
                }
            }
            EventKind::Cancelled => {
                if self.open.remove(&run.id()).is_some() {
                    says.that(MessageEventKind::Cancelled);
                }
            }
            EventKind::Retry { .. } | EventKind::Custom { .. } => {}
        }
    }
}

/// Tells what one run says.
struct Says<'a> {
    run: &'a Arc<Run>,
    out: &'a mut VecDeque<MessageEvent>,
}

impl Says<'_> {
    fn that(&mut self, kind: MessageEventKind) {
        self.out.push_back(MessageEvent { run: Arc::clone(self.run), kind });
    }

    fn some(&mut self, kind: Option<MessageEventKind>) {
        if let Some(kind) = kind {
            self.that(kind);
        }
    }

    fn chunk(&mut self, chunk: &Dynamic, usage: &mut Option<UsageMetadata>) {
        match chunk {
            Dynamic::Chunk(chunk) => self.message(chunk, usage),
            Dynamic::Generation(generation) => match &generation.message {
                Some(GeneratedMessage::Chunk(chunk)) => self.message(chunk, usage),
                Some(GeneratedMessage::Message(message)) => {
                    self.content(message.content(), message.additional_kwargs());
                }
                None => self.text(&generation.text),
            },
            _ => {}
        }
    }

    fn message(&mut self, chunk: &MessageChunk, usage: &mut Option<UsageMetadata>) {
        let MessageChunk::Ai(chunk) = chunk else {
            self.content(chunk.content(), &Map::new());
            return;
        };
        self.content(&chunk.content, chunk.additional_kwargs());
        for piece in AiMessageChunk::tool_call_chunks(chunk) {
            self.that(MessageEventKind::ToolCallPiece(piece.clone()));
        }
        if let Some(more) = chunk.usage_metadata() {
            let sum = usage.as_ref().map_or_else(|| more.clone(), |usage| usage.add(more));
            *usage = Some(sum.clone());
            self.that(MessageEventKind::Usage(sum));
        }
    }

    fn text(&mut self, text: &Text) {
        if !text.is_empty() {
            self.that(MessageEventKind::Text(text.clone()));
        }
    }

    fn content(&mut self, content: &Content, kwargs: &Map) {
        // Some providers tell their thoughts beside the content.
        if let Some(Dynamic::Text(thought)) = kwargs.get("reasoning_content")
            && !thought.is_empty()
        {
            self.that(MessageEventKind::Reasoning(thought.clone()));
        }
        match content {
            Content::Text(text) => self.text(text),
            Content::Blocks(blocks) => blocks.iter().for_each(|block| self.block(block)),
        }
    }

    fn block(&mut self, block: &Block) {
        match (block, block.view()) {
            (Block::Text(text), _) => self.text(text),
            (_, BlockView::Text { text, .. }) => self.text(&text.into()),
            (_, BlockView::Reasoning { reasoning: "" }) => {}
            (_, BlockView::Reasoning { reasoning }) => {
                self.that(MessageEventKind::Reasoning(reasoning.into()));
            }
            // The pieces of calls and the calls are told by themselves.
            _ if matches!(block.kind(), Some("tool_call" | "tool_call_chunk" | "invalid_tool_call")) => {}
            _ => self.that(MessageEventKind::Block(block.clone())),
        }
    }
}

/// The message of a model's result.
fn said(result: Dynamic) -> Option<AiMessage> {
    let Dynamic::LlmResult(result) = result else { return None };
    let LlmResult { generations, .. } = Arc::unwrap_or_clone(result);
    let generation = generations.into_iter().flatten().next()?;
    match generation.message {
        Some(GeneratedMessage::Chunk(MessageChunk::Ai(chunk))) => Some(chunk.into_message()),
        Some(GeneratedMessage::Message(crate::message::Message::Ai(message))) => Some(message),
        _ => Some(AiMessage::new(generation.text)),
    }
}

impl Stream for MessageStream {
    type Item = Result<MessageEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(this.driver.poll_told(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(Told::Event(event))) => this.take(event),
                Some(Ok(Told::Chunk(_))) => {}
            }
        }
    }
}

impl fmt::Debug for MessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStream").field("running", &self.driver.is_running()).finish_non_exhaustive()
    }
}
