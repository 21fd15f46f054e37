//! [`FallbacksStage`]: fallbacks in a chain, which refuse an input that has no place for the error before their run begins,
//! and which langchain-core's behaviour makes call what they try beside their run.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Fallbacks;
use super::batch::together;
use crate::ambient::Scoped;
use crate::context::Context;
use crate::engine::OpenRun;
use crate::error::Result;
use crate::run::RunKind;
use crate::runnable::batched::{self, Call, Mode, Results};
use crate::runnable::stage::{Of, Stage};
use crate::runnable::{Description, Runnable, Streaming};
use crate::stream::ChunkStream;
use crate::value::{Text, Value};

/// Fallbacks as a part of a chain.
pub(super) struct FallbacksStage<I: Value, O: Value> {
    pub(super) fallbacks: Fallbacks<I, O>,
    pub(super) of: Arc<Of<I, Fallbacks<I, O>>>,
}

impl<I: Value, O: Value> FallbacksStage<I, O> {
    /// langchain-core's fallbacks call what they try with the configuration that they were called with themselves: it
    /// stands beside their run, and not below.
    async fn invoke_beside(&self, input: I, context: Context) -> Result<O> {
        let mut beside = context.clone();
        beside.completed = false;
        if let Some(once) = &mut beside.once {
            once.run_id = None;
            once.as_completed = false;
        }
        let run = context.make_run(RunKind::Chain, || Text::from(self.name()), None);
        let mut open = OpenRun::new(run);
        open.start(|| Some(input.to_dynamic())).await?;
        let inner = open.context();
        if beside.parent.is_none() && beside.scope.listeners.is_empty() {
            // What it was called with has no place in the tree, so that the current one counts.
            beside.parent.clone_from(&inner.parent);
        }
        let result = Scoped::new(open.place(), self.fallbacks.invoke_in(input, &beside)).await;
        open.close(result, O::to_dynamic).await
    }
}

impl<I: Value, O: Value> Stage<I, O> for FallbacksStage<I, O> {
    fn name(&self) -> Cow<'_, str> {
        self.of.name()
    }

    fn kind(&self) -> Option<RunKind> {
        self.of.kind()
    }

    fn streaming(&self) -> Streaming {
        self.of.streaming()
    }

    fn describe(&self) -> Description {
        self.of.describe()
    }

    fn renamed(&self, name: Text) -> Option<Arc<dyn Stage<I, O>>> {
        let mut fallbacks = self.fallbacks.clone();
        fallbacks.name = Some(name);
        Some(Arc::clone(fallbacks.into_chain().stage()))
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>> {
        Box::pin(async move {
            self.fallbacks.check(&input)?;
            if context.is_compat() {
                self.invoke_beside(input, context).await
            } else {
                self.of.invoke(input, context).await
            }
        })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        match self.fallbacks.check(&input) {
            Ok(()) => Arc::clone(&self.of).stream(input, context),
            Err(error) => ChunkStream::fail(error),
        }
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        if self.fallbacks.pass.is_none() && self.fallbacks.streaming_in(&context) == Streaming::Through {
            return Arc::clone(&self.of).transform(input, context);
        }
        crate::engine::gather(input, !context.is_compat(), context, move |whole, context| {
            self.stream(whole, context)
        })
    }

    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        if batched::is_compat(&calls) {
            Box::pin(together(&self.fallbacks, self.name(), calls, mode))
        } else {
            Box::pin(batched::each(self, calls, mode))
        }
    }
}
