//! Retry: a chain that is tried again when it fails.
//!
//! The attempts are children of a run that bears the chain's own name. A stream is tried again as long as nothing of
//! it has been handed on. The waits' rules are in `policy`, batches as langchain-core makes them in `batch`.

mod batch;
mod policy;

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use self::policy::{Backoff, RetryPolicy};
use super::batched::{self, Call, Mode, Results};
use super::complete::complete;
use super::delegate::in_time;
use super::replay::Replay;
use super::stage::{Of, Stage};
use super::started::{Started, once_started};
use super::{Chain, Description, Parts, Runnable, Streaming};
use crate::config::Config;
use crate::context::Context;
use crate::engine::{no_timer, wait};
use crate::error::{Error, Result};
use crate::event::EventKind;
use crate::run::{RunKind, StepTag};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text, Value};

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain, tried again when it fails, as the policy says. It is a run of its own, and the attempts are below
    /// it, tagged `retry:attempt:2` and so on from the second. A stream is tried again as long as it has not given a
    /// chunk.
    ///
    /// Waiting between attempts needs a [`Timer`](crate::Timer); without one, what fails stays failed with an error of
    /// kind `Config` that has the failure as its source.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// use thalweg_core::{Chain, RetryPolicy};
    ///
    /// let calls = AtomicU32::new(0);
    /// let flaky = Chain::new(move |text: String| match calls.fetch_add(1, Ordering::Relaxed) {
    ///     0 => Err("not yet"),
    ///     _ => Ok(text),
    /// });
    /// assert_eq!(flaky.retry(RetryPolicy::new().no_wait()).invoke_blocking("there")?, "there");
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn retry(self, policy: RetryPolicy) -> Self {
        Self::from_stage(Arc::new(RetryStage::new(self, policy, None)))
    }
}

/// What happens inside the run.
struct Retry<I, O> {
    bound: Chain<I, O>,
    policy: RetryPolicy,
}

impl<I: Value, O: Value> Retry<I, O> {
    /// Makes attempts until one succeeds or no other follows.
    async fn attempts<T, F>(
        &self,
        context: &Context,
        mut attempt: impl FnMut(Context) -> F,
        hopeless: impl Fn() -> bool,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut number = 1;
        loop {
            let mut inner = attempt_context(context, number);
            if inner.is_compat() {
                // langchain-core's retry is a binding of what it tries.
                inner = complete(inner, &Config::new());
            }
            let error = match attempt(inner).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if !self.policy.goes_on(number, &error) || hopeless() {
                return Err(error);
            }
            pause(&self.policy, number, context, &error).await?;
            number += 1;
            if let Some(run) = context.run() {
                wait(run.emit(EventKind::Retry { attempt: number, error })).await?;
            }
        }
    }
}

/// The context for attempt `number`.
fn attempt_context(context: &Context, number: u32) -> Context {
    match number {
        1 => context.clone(),
        _ => context.clone().step(StepTag::Attempt(number)),
    }
}

/// Waits after attempt `number`, which failed with `error`.
async fn pause(policy: &RetryPolicy, number: u32, context: &Context, error: &Error) -> Result<()> {
    let Some(pause) = policy.wait(number) else { return Ok(()) };
    let timer = context.timer().ok_or_else(|| no_timer().with_source(error.clone()))?;
    if let Some(deadline) = context.deadline()
        && timer.now().checked_add(pause).is_none_or(|then| then >= deadline)
    {
        return Err(error.clone());
    }
    timer.sleep(pause).await;
    Ok(())
}

impl<I: Value, O: Value> Runnable<I> for Retry<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        self.bound.stage().name()
    }

    fn streaming(&self) -> Streaming {
        self.bound.streaming()
    }

    fn input_schema(&self) -> Dynamic {
        self.bound.input_schema()
    }

    fn output_schema(&self) -> Dynamic {
        self.bound.output_schema()
    }

    fn parts(&self) -> Parts {
        Parts::Around("retry", Box::new(self.bound.describe()))
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        let attempt = |context| self.bound.stage().invoke(input.clone(), context);
        self.attempts(&context, attempt, || false).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        once_started(async move {
            let attempt =
                |context| Started::start(Arc::clone(self.bound.stage()).stream(input.clone(), context));
            self.attempts(&context, attempt, || false).await
        })
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        let replay = Replay::new(input);
        once_started(async move {
            let attempt =
                |context| Started::start(Arc::clone(self.bound.stage()).transform(replay.stream(), context));
            let started = self.attempts(&context, attempt, || replay.has_failed()).await;
            replay.forget();
            started
        })
    }
}

struct RetryStage<I: Value, O: Value> {
    bound: Chain<I, O>,
    policy: RetryPolicy,
    of: Arc<dyn Stage<I, O>>,
}

impl<I: Value, O: Value> RetryStage<I, O> {
    fn new(bound: Chain<I, O>, policy: RetryPolicy, name: Option<Text>) -> Self {
        let of = Of::new(Retry { bound: bound.clone(), policy: policy.clone() });
        let of: Arc<dyn Stage<I, O>> = match name {
            Some(name) => Arc::new(of.with_name(name)),
            None => Arc::new(of),
        };
        Self { bound, policy, of }
    }
}

impl<I: Value, O: Value> Stage<I, O> for RetryStage<I, O> {
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
        Some(Arc::new(Self::new(self.bound.clone(), self.policy.clone(), Some(name))))
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>> {
        if context.once.as_ref().is_some_and(|once| once.as_completed) {
            // langchain-core neither retries here nor makes a run for it.
            return Box::pin(async move {
                self.bound.stage().invoke(input, complete(context, &Config::new())).await
            });
        }
        self.of.invoke(input, context)
    }

    /// langchain-core neither retries a stream nor makes a run for it.
    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        if !context.is_compat() {
            return Arc::clone(&self.of).stream(input, context);
        }
        in_time(true, move || {
            let context = complete(context, &Config::new());
            Ok(Arc::clone(self.bound.stage()).stream(input, context))
        })
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        if !context.is_compat() {
            return Arc::clone(&self.of).transform(input, context);
        }
        in_time(true, move || {
            let context = complete(context, &Config::new());
            Ok(Arc::clone(self.bound.stage()).transform(input, context))
        })
    }

    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        if batched::is_compat(&calls) {
            Box::pin(batch::together(&self.bound, &self.policy, self.name(), calls, mode))
        } else {
            Box::pin(batched::each(self, calls, mode))
        }
    }
}
