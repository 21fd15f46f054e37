//! [`Saving`]: adds to a conversation what a call has asked and answered.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::extract::{input_messages, output_messages, streamed};
use super::{ChatHistory, Keys};
use crate::context::Context;
use crate::engine::gather;
use crate::error::Result;
use crate::message::MessageChunk;
use crate::run::RunKind;
use crate::runnable::stage::Stage;
use crate::runnable::{Chain, Streaming};
use crate::stream::{ChunkSource, ChunkStream, Sum};
use crate::value::{Dynamic, Value};

/// A chain whose calls are added to a conversation when they have ended well. It has no run of its own.
pub(super) struct Saving<O> {
    pub(super) bound: Chain<Dynamic, O>,
    pub(super) session: Arc<dyn ChatHistory>,
    pub(super) keys: Keys,
    /// How many of the input's messages come from the conversation.
    pub(super) old: Arc<AtomicUsize>,
}

impl<O: Value> Saving<O> {
    async fn save(&self, input: &Dynamic, output: &Dynamic, compat: bool) -> Result<()> {
        let messages = input_messages(input, self.keys.input.as_ref()).and_then(|asked| {
            let old = self.old.load(Ordering::Relaxed);
            let mut messages: Vec<_> = asked.into_iter().skip(old).collect();
            let chunk = streamed(output, self.keys.output.as_ref()).filter(|_| compat);
            if chunk.is_none() {
                messages.extend(output_messages(output, self.keys.output.as_ref())?);
            }
            Ok((messages, chunk))
        });
        match messages {
            Ok((messages, chunk)) => {
                self.session.add(messages).await?;
                match chunk {
                    Some(chunk) => self.session.add_streamed(chunk).await,
                    None => Ok(()),
                }
            }
            // langchain-core remembers nothing then, and says so in a log.
            Err(_) if compat => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl<O: Value> Stage<Dynamic, O> for Saving<O> {
    fn name(&self) -> Cow<'_, str> {
        self.bound.stage().name()
    }

    fn kind(&self) -> Option<RunKind> {
        self.bound.kind()
    }

    fn streaming(&self) -> Streaming {
        self.bound.streaming()
    }

    fn invoke(&self, input: Dynamic, context: Context) -> BoxFuture<'_, Result<O>> {
        Box::pin(async move {
            let compat = context.is_compat();
            let output = self.bound.stage().invoke(input.clone(), context).await?;
            self.save(&input, &output.to_dynamic(), compat).await?;
            Ok(output)
        })
    }

    fn stream(self: Arc<Self>, input: Dynamic, context: Context) -> ChunkStream<O> {
        let compat = context.is_compat();
        let inner = Arc::clone(self.bound.stage()).stream(input.clone(), context);
        let passing = Passing::Open { inner, sum: Some(Sum::default()), input, compat, saving: self };
        ChunkStream::of_source(passing)
    }

    fn transform(self: Arc<Self>, input: ChunkStream<Dynamic>, context: Context) -> ChunkStream<O> {
        gather(input, !context.is_compat(), context, move |whole, context| self.stream(whole, context))
    }
}

/// Whether a chunk has nothing to say but that it is the last one.
fn is_mark(chunk: &MessageChunk) -> bool {
    chunk
        .as_ai()
        .is_some_and(|chunk| chunk.is_last() && chunk.content.is_empty() && chunk.usage_metadata().is_none())
}

/// The chunks of a call whose sum is added to the conversation at its end.
enum Passing<O: Value> {
    Open { inner: ChunkStream<O>, sum: Option<Sum<O>>, input: Dynamic, compat: bool, saving: Arc<Saving<O>> },
    Saving(BoxFuture<'static, Result<()>>),
    Done,
}

impl<O: Value> Unpin for Passing<O> {}

impl<O: Value> ChunkSource<O> for Passing<O> {
    fn is_snapshots(&self) -> bool {
        matches!(self, Self::Open { inner, .. } if inner.is_snapshots())
    }
}

impl<O: Value> Stream for Passing<O> {
    type Item = Result<O::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Open { inner, sum, input, compat, saving } => {
                    let next = ready!(Pin::new(&mut *inner).poll_next(cx));
                    match (next, &mut *sum) {
                        (Some(Ok(chunk)), Some(sum)) => {
                            // The piece that only says that an answer is over is no part of a model's own sum.
                            let over = *compat
                                && saving.kind() == Some(RunKind::ChatModel)
                                && matches!(O::chunk_to_dynamic(&chunk), Dynamic::Chunk(chunk) if is_mark(&chunk));
                            if !over {
                                sum.push_final(&chunk, || inner.is_snapshots());
                            }
                            return Poll::Ready(Some(Ok(chunk)));
                        }
                        (Some(Ok(chunk)), None) => return Poll::Ready(Some(Ok(chunk))),
                        (Some(Err(error)), _) => {
                            *self = Self::Done;
                            return Poll::Ready(Some(Err(error)));
                        }
                        (None, _) => {
                            let sum = sum.take().and_then(Sum::finish);
                            let (input, saving, compat) =
                                (std::mem::take(input), Arc::clone(saving), *compat);
                            *self = Self::Saving(Box::pin(async move {
                                let output = match sum {
                                    Some(sum) if compat => O::chunk_to_dynamic(&sum),
                                    sum => O::from_sum(sum)?.to_dynamic(),
                                };
                                saving.save(&input, &output, compat).await
                            }));
                        }
                    }
                }
                Self::Saving(saving) => {
                    let saved = ready!(saving.as_mut().poll(cx));
                    *self = Self::Done;
                    return Poll::Ready(saved.err().map(Err));
                }
                Self::Done => return Poll::Ready(None),
            }
        }
    }
}
