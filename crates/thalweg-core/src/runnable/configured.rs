//! Configured: a chain with a configuration of its own, added to that of every call.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Chain, Runnable, Streaming};
use crate::config::Config;
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::Value;

/// A chain whose calls all get `config` on top of their context.
pub(crate) fn configured<I: Value, O: Value>(bound: Chain<I, O>, config: Config) -> Chain<I, O> {
    Configured { bound, config }.into_chain()
}

struct Configured<I, O> {
    bound: Chain<I, O>,
    config: Config,
}

impl<I: Value, O: Value> Configured<I, O> {
    /// The call's own name and id win over the configured ones.
    fn context(&self, context: &Context) -> Context {
        let mut configured = context.with_config(&self.config);
        if let (Some(once), Some(given)) = (&mut configured.once, &context.once) {
            once.run_name = given.run_name.clone().or_else(|| once.run_name.take());
            once.run_id = given.run_id.or(once.run_id);
        }
        configured
    }
}

impl<I: Value, O: Value> Runnable<I> for Configured<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        self.bound.stage().name()
    }

    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        self.bound.streaming()
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        self.bound.stage().invoke(input, self.context(&context)).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        Arc::clone(self.bound.stage()).stream(input, self.context(&context))
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        Arc::clone(self.bound.stage()).transform(input, self.context(&context))
    }
}
