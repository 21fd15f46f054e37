//! Listened: a chain whose own runs are watched.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::batched::{Call, Mode, Results};
use super::complete::{complete_once, overlay};
use super::delegate::in_time;
use super::stage::Stage;
use super::{Chain, Description, Streaming};
use crate::callback::{AsyncListeners, Listeners};
use crate::context::Context;
use crate::error::Result;
use crate::event::Listener;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::Value;

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain with closures that are called when its own run starts, ends and fails; see [`Listeners`].
    #[must_use]
    pub fn with_listeners(self, listeners: Listeners) -> Self {
        self.listened(move || listeners.watch())
    }

    /// The chain with async closures that are waited for when its own run starts, ends and fails; see
    /// [`AsyncListeners`].
    #[must_use]
    pub fn with_async_listeners(self, listeners: AsyncListeners) -> Self {
        self.listened(move || listeners.watch())
    }

    fn listened(self, watch: impl Fn() -> Arc<dyn Listener> + Send + Sync + 'static) -> Self {
        Self::from_stage(Arc::new(Listened { bound: self, watch }))
    }
}

struct Listened<I, O, W> {
    bound: Chain<I, O>,
    /// Makes the listener of one call.
    watch: W,
}

impl<I: Value, O: Value, W: Fn() -> Arc<dyn Listener>> Listened<I, O, W> {
    fn context(&self, context: Context) -> Context {
        let context = if context.is_compat() { overlay(complete_once(context)) } else { context };
        context.heard_next_by((self.watch)())
    }
}

impl<I: Value, O: Value, W: Fn() -> Arc<dyn Listener> + Send + Sync + 'static> Stage<I, O>
    for Listened<I, O, W>
{
    fn name(&self) -> Cow<'_, str> {
        self.bound.stage().name()
    }

    fn class(&self) -> Cow<'_, str> {
        self.bound.stage().class()
    }

    fn kind(&self) -> Option<RunKind> {
        self.bound.stage().kind()
    }

    fn streaming(&self) -> Streaming {
        self.bound.stage().streaming()
    }

    fn describe(&self) -> Description {
        self.bound.stage().describe()
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>> {
        Box::pin(async move { self.bound.stage().invoke(input, self.context(context)).await })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        in_time(context.is_compat(), move || {
            Ok(Arc::clone(self.bound.stage()).stream(input, self.context(context)))
        })
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        in_time(context.is_compat(), move || {
            Ok(Arc::clone(self.bound.stage()).transform(input, self.context(context)))
        })
    }

    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        Box::pin(async move {
            let calls = calls.into_iter().map(|(input, context)| (input, self.context(context))).collect();
            self.bound.stage().batch(calls, mode).await
        })
    }
}
