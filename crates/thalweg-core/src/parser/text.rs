//! [`StrOutputParser`]: the text of a model's answer.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::ParserInput;
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::stream::{ChunkStream, Settled};

/// Gives the text of a model's answer, piece by piece as it comes; of content that is a list of blocks, their texts
/// joined.
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::message::AiMessage;
/// use thalweg_core::parser::StrOutputParser;
///
/// let chain: Chain<AiMessage, String> = Chain::new(StrOutputParser);
/// assert_eq!(chain.invoke_blocking(AiMessage::new("hello"))?, "hello");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct StrOutputParser;

impl<I: ParserInput> Runnable<I> for StrOutputParser {
    type Out = String;

    fn name(&self) -> Cow<'_, str> {
        "StrOutputParser".into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Parser)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn runs_code(&self) -> bool {
        false
    }

    async fn run(&self, input: I, _context: Context) -> Result<String> {
        I::into_text(input.into_chunk())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, _context: Context) -> ChunkStream<String> {
        ChunkStream::new(Texts(input.settled()))
    }
}

/// The texts of a stream of answers' pieces.
struct Texts<I: ParserInput>(Settled<I>);

impl<I: ParserInput> Stream for Texts<I> {
    type Item = Result<String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(next.map(|chunk| chunk.and_then(I::into_text)))
    }
}
