//! Chains whose output is dynamic: where typed components become parts of chains that are put together at run time.

use std::any::Any;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::batched::{Call, Mode, Results};
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
    /// ```
    /// use thalweg_core::{Chain, value::Dynamic};
    ///
    /// let length: Chain<String, Dynamic> = Chain::new(|text: String| text.len()).into_dynamic_output();
    /// assert_eq!(length.invoke_blocking("abc")?, Dynamic::Int(3));
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
        Box::pin(async move {
            let results = self.bound.stage().batch(calls, mode).await?;
            Ok(results.into_iter().map(|result| result.map(|output| output.to_dynamic())).collect())
        })
    }
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
