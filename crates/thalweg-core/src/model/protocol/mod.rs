//! A chat model's answer in the content-block protocol: blocks that start, grow and finish.
//!
//! Within: `event` has the protocol's events, `writer` makes them of the model's pieces, `block` is one block while it
//! grows.

mod block;
mod event;
mod writer;

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;
use futures_util::future::poll_fn;
use futures_util::stream::{self, BoxStream, StreamExt};

pub use self::event::{BlockDelta, ProtocolEvent};
use self::writer::Writer;
use super::chat::{ChatFamily, nothing_generated};
use super::family::Family;
use super::stream::message_id;
use super::{CallOptions, Chat, ChatPiece};
use crate::ambient::{Place, visit};
use crate::context::{Context, IntoContext};
use crate::engine::{OpenRun, Watch, wait};
use crate::error::{Error, ErrorKind, Result};
use crate::message::{AiMessage, Message};
use crate::output::{Generation, LlmResult};
use crate::prompt::PromptValue;
use crate::value::Dynamic;

impl Chat {
    /// Streams the model's answer in the content-block protocol.
    pub fn stream_protocol(&self, input: impl Into<PromptValue>) -> ProtocolStream {
        self.stream_protocol_with(input, Context::current())
    }

    /// As [`Chat::stream_protocol`], with a configuration, or in a context given by hand.
    pub fn stream_protocol_with(
        &self,
        input: impl Into<PromptValue>,
        context: impl IntoContext,
    ) -> ProtocolStream {
        self.stream_protocol_asked(input, CallOptions::new(), context)
    }

    /// As [`Chat::stream_protocol_with`], and asks the model for more than its prompt says: to stop at a text, for
    /// instance.
    pub fn stream_protocol_asked(
        &self,
        input: impl Into<PromptValue>,
        options: CallOptions,
        context: impl IntoContext,
    ) -> ProtocolStream {
        let context = context.into_context();
        let compat = context.is_compat();
        let prompt = ChatFamily::prompt(input.into());
        let run = self.make_run(context, &options);
        let writer = Writer::new(compat, message_id(&run));
        let open = OpenRun::new(run);
        let call = Call {
            pieces: None,
            place: open.place(),
            writer: Some(writer),
            ready: VecDeque::new(),
            begin: Some((self.clone(), prompt, options)),
            open,
        };
        ProtocolStream::new(
            stream::unfold(call, |mut call| async { Some((call.next().await?, call)) }).boxed(),
        )
    }
}

/// A chat model's answer in the content-block protocol; made by `stream_protocol` of [`Chat`].
///
/// Reading drives the model; dropping the stream cancels its run. If the model fails, its error is the last item. The
/// run tells its handlers of its start and its end, and not of pieces.
///
/// ```
/// use futures_util::StreamExt;
/// use futures_util::stream::{self, BoxStream};
/// use thalweg_core::Result;
/// use thalweg_core::message::AiMessageChunk;
/// use thalweg_core::model::{BlockDelta, CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams, ProtocolEvent};
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
/// # futures_util::FutureExt::now_or_never(async {
/// let mut text = String::new();
/// let mut events = Chat::new(Polite).stream_protocol("hello");
/// while let Some(event) = events.next().await {
///     if let ProtocolEvent::ContentBlockDelta { delta: BlockDelta::Text { text: piece }, .. } = event? {
///         text.push_str(&piece);
///     }
/// }
/// assert_eq!(text, "Good day");
/// assert_eq!(events.message().unwrap().text(), "Good day");
/// # Ok::<(), thalweg_core::Error>(())
/// # }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct ProtocolStream {
    items: BoxStream<'static, Result<Item>>,
    message: Option<AiMessage>,
}

enum Item {
    Event(ProtocolEvent),
    Message(Box<AiMessage>),
}

impl ProtocolStream {
    fn new(items: BoxStream<'static, Result<Item>>) -> Self {
        Self { items, message: None }
    }

    /// The whole message, once the stream has been read to its end: its content are the finished blocks.
    pub fn message(&self) -> Option<&AiMessage> {
        self.message.as_ref()
    }
}

impl Stream for ProtocolStream {
    type Item = Result<ProtocolEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match self.items.poll_next_unpin(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(Some(Ok(Item::Event(event)))) => Poll::Ready(Some(Ok(event))),
                Poll::Ready(Some(Ok(Item::Message(message)))) => {
                    self.message = Some(*message);
                    continue;
                }
            };
        }
    }
}

impl fmt::Debug for ProtocolStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtocolStream").field("message", &self.message).finish_non_exhaustive()
    }
}

/// One call of the model. What is below the run comes first, so that it is dropped first.
struct Call {
    pieces: Option<BoxStream<'static, Result<ChatPiece>>>,
    place: Place,
    /// `None` once the message is whole or has failed.
    writer: Option<Writer>,
    ready: VecDeque<Result<Item>>,
    begin: Option<(Chat, Arc<[Message]>, CallOptions)>,
    open: OpenRun,
}

impl Call {
    async fn next(&mut self) -> Option<Result<Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if let Err(error) = self.go_on().await? {
                self.writer = None;
                self.ready.push_back(Err(error));
            }
        }
    }

    /// Makes the next step; `None` if there is none.
    async fn go_on(&mut self) -> Option<Result<()>> {
        self.writer.as_ref()?;
        if let Some((model, prompt, options)) = self.begin.take() {
            return Some(self.start(&model, prompt, options).await);
        }
        let (place, pieces) = (&mut self.place, self.pieces.as_mut()?);
        let piece = poll_fn(|cx| visit(place, || pieces.as_mut().poll_next(cx))).await;
        Some(match piece {
            Some(Ok(piece)) => match self.write(piece) {
                Ok(()) => Ok(()),
                Err(error) => Err(self.fail(error).await),
            },
            Some(Err(error)) => Err(self.fail(error).await),
            None => self.end().await,
        })
    }

    async fn start(&mut self, model: &Chat, prompt: Arc<[Message]>, options: CallOptions) -> Result<()> {
        let watch = Watch::begin(self.open.run());
        self.open.start(|| Some(ChatFamily::prompt_to_dynamic(&prompt))).await?;
        let compat = self.open.run().scope().compat;
        if compat && !model.can_stream() {
            // langchain-core asks for the stream whatever was said, and never for the whole.
            let error = Error::new(ErrorKind::Unsupported, "a model that cannot stream has no protocol");
            return Err(self.fail(error).await);
        }
        let pieces = visit(&mut self.place, || {
            if compat || model.streams() {
                model.pieces(prompt, options)
            } else {
                let whole = model.ask(prompt, options);
                let whole = async { Ok(first_answer(whole.await?)?.into()) };
                stream::once(whole).boxed()
            }
        });
        self.pieces = Some(match watch {
            None => pieces,
            Some(watch) => watch.stream(pieces).boxed(),
        });
        Ok(())
    }

    fn write(&mut self, mut piece: ChatPiece) -> Result<()> {
        ChatFamily::adopt(&mut piece, &message_id(self.open.run()));
        let mut events = VecDeque::new();
        if let Some(writer) = &mut self.writer {
            writer.push(&piece.message, &mut events)?;
        }
        self.tell(events);
        Ok(())
    }

    fn tell(&mut self, events: VecDeque<ProtocolEvent>) {
        self.ready.extend(events.into_iter().map(|event| Ok(Item::Event(event))));
    }

    async fn end(&mut self) -> Result<()> {
        self.pieces = None;
        let Some(writer) = self.writer.take().filter(Writer::has_started) else {
            return Err(self.fail(nothing_generated()).await);
        };
        let mut events = VecDeque::new();
        let message = match writer.finish(&mut events) {
            Ok(message) => message,
            Err(error) => {
                self.tell(events);
                return Err(self.fail(error).await);
            }
        };
        let run = Arc::clone(self.open.run());
        let told = self.open.end_now(|| {
            let generations = vec![vec![Generation::from(Message::Ai(message.clone()))]];
            let result = LlmResult { generations, runs: vec![run.id()], ..LlmResult::default() };
            (Dynamic::from(result), None)
        });
        wait(told).await.map_err(|error| self.open.locate(error))?;
        self.tell(events);
        self.ready.push_back(Ok(Item::Message(Box::new(message))));
        Ok(())
    }

    async fn fail(&mut self, error: Error) -> Error {
        self.pieces = None;
        let error = self.open.locate(error);
        let told = self.open.fail_now(&error, || (Some(LlmResult::default().into()), None));
        let told = wait(told).await;
        self.open.after_failure(error, told)
    }
}

/// The message of a model that answers at once, as the only piece.
fn first_answer(generated: super::family::Generated) -> Result<crate::message::AiMessageChunk> {
    let generation = generated.generations.into_iter().next().ok_or_else(nothing_generated)?;
    Ok(ChatFamily::whole_chunk(ChatFamily::into_out(generation)))
}
