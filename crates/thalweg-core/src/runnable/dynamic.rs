//! Chains whose output is dynamic: where typed components become parts of chains that are put together at run time.

use std::any::Any;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::batched::{Call, Mode, Results};
use super::sequence::Seq;
use super::{Chain, Description, Stage, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::{Dynamic, Value};

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain with its output as a [`Dynamic`] value, in chunks that are dynamic too. It has no run of its own; a
    /// chain whose output is dynamic already is given back.
    ///
    /// So a step that gives an object, such as a parallel one, can be followed by a chain that takes anything, such as
    /// one that begins with a prompt:
    ///
    /// ```
    /// use thalweg_core::prompt::{PromptTemplate, PromptValue};
    /// use thalweg_core::value::Text;
    /// use thalweg_core::{Chain, parallel, passthrough};
    ///
    /// let answer = PromptTemplate::from_template("{a}, {b}")? | |prompt: PromptValue| prompt.to_text();
    /// let both = parallel! { "a": passthrough::<String>(), "b": |text: String| text.len() };
    /// let chain: Chain<String, Text> = both.into_dynamic_output() | answer;
    /// assert_eq!(chain.invoke_blocking("abc")?, "abc, 3");
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn into_dynamic_output(self) -> Chain<I, Dynamic> {
        match (&self as &dyn Any).downcast_ref::<Chain<I, Dynamic>>() {
            Some(dynamic) => dynamic.clone(),
            None => Chain::from_stage(Arc::new(IntoDynamic { bound: self })),
        }
    }
}

struct IntoDynamic<I, O> {
    bound: Chain<I, O>,
}

impl<I: Value, O: Value> Stage<I, Dynamic> for IntoDynamic<I, O> {
    fn name(&self) -> Cow<'_, str> {
        self.bound.stage().name()
    }

    fn kind(&self) -> Option<RunKind> {
        self.bound.kind()
    }

    fn streaming(&self) -> Streaming {
        self.bound.streaming()
    }

    fn describe(&self) -> Description {
        self.bound.stage().describe()
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<Dynamic>> {
        Box::pin(async move { Ok(self.bound.stage().invoke(input, context).await?.to_dynamic()) })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Dynamic> {
        let compat = context.is_compat();
        dynamic_chunks(Arc::clone(self.bound.stage()).stream(input, context), compat)
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        let compat = context.is_compat();
        dynamic_chunks(Arc::clone(self.bound.stage()).transform(input, context), compat)
    }

    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<Dynamic>> {
        Box::pin(async move { Ok(dynamic_results(self.bound.stage().batch(calls, mode).await?)) })
    }

    fn as_sequence(&self) -> Option<Arc<dyn Seq<I, Dynamic>>> {
        Some(Arc::new(DynamicSteps(self.bound.stage().as_sequence()?)))
    }
}

/// The steps of a sequence, whose output is dynamic.
struct DynamicSteps<I, O>(Arc<dyn Seq<I, O>>);

impl<I: Value, O: Value> Seq<I, Dynamic> for DynamicSteps<I, O> {
    fn count(&self) -> u32 {
        self.0.count()
    }

    fn invoke<'a>(&'a self, input: I, context: &'a Context, first: u32) -> BoxFuture<'a, Result<Dynamic>> {
        Box::pin(async move { Ok(self.0.invoke(input, context, first).await?.to_dynamic()) })
    }

    fn batch<'a>(
        &'a self,
        lanes: Vec<Result<I>>,
        contexts: &'a [Context],
        first: u32,
        mode: Mode,
    ) -> BoxFuture<'a, Results<Dynamic>> {
        Box::pin(async move { Ok(dynamic_results(self.0.batch(lanes, contexts, first, mode).await?)) })
    }

    fn all_run(&self) -> bool {
        self.0.all_run()
    }

    fn describe(&self, steps: &mut Vec<Description>) {
        self.0.describe(steps);
    }

    fn transform(&self, input: ChunkStream<I>, context: &Context, first: u32) -> ChunkStream<Dynamic> {
        dynamic_chunks(self.0.transform(input, context, first), context.is_compat())
    }
}

fn dynamic_results<O: Value>(results: Vec<Result<O>>) -> Vec<Result<Dynamic>> {
    results.into_iter().map(|result| result.map(|output| output.to_dynamic())).collect()
}

/// The stream with its chunks as dynamic values.
fn dynamic_chunks<O: Value>(inner: ChunkStream<O>, compat: bool) -> ChunkStream<Dynamic> {
    // langchain-core knows no snapshots: whether a chunk replaces what came before is up to its type.
    ChunkStream::of_source(DynamicChunks { inner, compat, empty: !compat })
}

struct DynamicChunks<O: Value> {
    inner: ChunkStream<O>,
    compat: bool,
    /// Whether nothing has come, and it matters.
    empty: bool,
}

impl<O: Value> ChunkSource<Dynamic> for DynamicChunks<O> {
    fn is_snapshots(&self) -> bool {
        !self.compat && self.inner.is_snapshots()
    }
}

impl<O: Value> Stream for DynamicChunks<O> {
    type Item = Result<Dynamic>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(Pin::new(&mut self.inner).poll_next(cx));
        let empty = std::mem::take(&mut self.empty);
        Poll::Ready(match next {
            Some(chunk) => Some(chunk.map(|chunk| O::chunk_to_dynamic(&chunk))),
            // Some types have a value for a stream without chunks.
            None if empty => O::from_sum(None).ok().map(|whole| Ok(whole.to_dynamic())),
            None => None,
        })
    }
}
