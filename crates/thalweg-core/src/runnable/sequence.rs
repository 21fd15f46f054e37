//! Sequences: the steps that `|` puts one after the other, as one run however they were put together.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::batched::{self, Mode, Results};
use super::delegate::invoke_step;
use super::stage::Stage;
use super::{Description, Parts, Runnable, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::run::StepTag;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text, Value};

/// Steps in a row, flat: nested sequences count through.
pub(crate) trait Seq<I: Value, O: Value>: Send + Sync {
    /// How many steps there are.
    fn count(&self) -> u32;
    /// Invokes the steps one after the other; `first` is the number of the first.
    fn invoke<'a>(&'a self, input: I, context: &'a Context, first: u32) -> BoxFuture<'a, Result<O>>;
    /// Leads the inputs of a batch through the steps together; `contexts` are those of their runs.
    fn batch<'a>(
        &'a self,
        lanes: Vec<Result<I>>,
        contexts: &'a [Context],
        first: u32,
        mode: Mode,
    ) -> BoxFuture<'a, Results<O>>;
    /// Whether each step has runs of its own.
    fn all_run(&self) -> bool;
    /// Says what the steps are made of.
    fn describe(&self, steps: &mut Vec<Description>);
    /// Leads a stream through the steps.
    fn transform(&self, input: ChunkStream<I>, context: &Context, first: u32) -> ChunkStream<O>;
}

/// The context for step `number`. The options of a call are for the first step alone.
fn step(context: &Context, number: u32) -> Context {
    let context = if number == 1 { context.clone() } else { context.without_options() };
    context.step(StepTag::Sequence(number))
}

/// One step.
pub(crate) struct Single<I, O>(pub(crate) Arc<dyn Stage<I, O>>);

impl<I: Value, O: Value> Seq<I, O> for Single<I, O> {
    fn count(&self) -> u32 {
        1
    }

    fn invoke<'a>(&'a self, input: I, context: &'a Context, first: u32) -> BoxFuture<'a, Result<O>> {
        invoke_step(&self.0, input, step(context, first))
    }

    fn batch<'a>(
        &'a self,
        lanes: Vec<Result<I>>,
        contexts: &'a [Context],
        first: u32,
        mode: Mode,
    ) -> BoxFuture<'a, Results<O>> {
        let contexts = contexts.iter().map(move |context| step(context, first));
        Box::pin(batched::of_the_rest(&self.0, lanes, contexts, mode))
    }

    fn all_run(&self) -> bool {
        self.0.kind().is_some()
    }

    fn describe(&self, steps: &mut Vec<Description>) {
        steps.push(self.0.describe());
    }

    fn transform(&self, input: ChunkStream<I>, context: &Context, first: u32) -> ChunkStream<O> {
        Arc::clone(&self.0).transform(input, step(context, first))
    }
}

/// Some steps, then others.
pub(crate) struct Then<I, M, O> {
    pub(crate) left: Arc<dyn Seq<I, M>>,
    pub(crate) right: Arc<dyn Seq<M, O>>,
}

impl<I: Value, M: Value, O: Value> Seq<I, O> for Then<I, M, O> {
    fn count(&self) -> u32 {
        self.left.count() + self.right.count()
    }

    fn invoke<'a>(&'a self, input: I, context: &'a Context, first: u32) -> BoxFuture<'a, Result<O>> {
        Box::pin(async move {
            let middle = self.left.invoke(input, context, first).await?;
            self.right.invoke(middle, context, first + self.left.count()).await
        })
    }

    fn batch<'a>(
        &'a self,
        lanes: Vec<Result<I>>,
        contexts: &'a [Context],
        first: u32,
        mode: Mode,
    ) -> BoxFuture<'a, Results<O>> {
        Box::pin(async move {
            let middle = self.left.batch(lanes, contexts, first, mode).await?;
            self.right.batch(middle, contexts, first + self.left.count(), mode).await
        })
    }

    fn all_run(&self) -> bool {
        self.left.all_run() && self.right.all_run()
    }

    fn describe(&self, steps: &mut Vec<Description>) {
        self.left.describe(steps);
        self.right.describe(steps);
    }

    fn transform(&self, input: ChunkStream<I>, context: &Context, first: u32) -> ChunkStream<O> {
        let middle = self.left.transform(input, context, first);
        self.right.transform(middle, context, first + self.left.count())
    }
}

/// The runnable of a sequence.
pub(crate) struct Sequence<I, O> {
    pub(crate) steps: Arc<dyn Seq<I, O>>,
    pub(crate) name: Option<Text>,
    /// Whether some step runs in the sequence's own run.
    runs_code: bool,
}

impl<I: Value, O: Value> Sequence<I, O> {
    pub(crate) fn new(steps: Arc<dyn Seq<I, O>>, name: Option<Text>) -> Self {
        let runs_code = !steps.all_run();
        Self { steps, name, runs_code }
    }

    fn described(&self) -> Vec<Description> {
        let mut steps = Vec::new();
        self.steps.describe(&mut steps);
        steps
    }
}

impl<I: Value, O: Value> Runnable<I> for Sequence<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_deref().unwrap_or("RunnableSequence").into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn runs_code(&self) -> bool {
        self.runs_code
    }

    fn input_schema(&self) -> Dynamic {
        self.described().first().map_or_else(I::schema, |step| step.input.clone())
    }

    fn output_schema(&self) -> Dynamic {
        self.described().last().map_or_else(O::schema, |step| step.output.clone())
    }

    fn parts(&self) -> Parts {
        Parts::Steps(self.described())
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        self.steps.invoke(input, &context, 1).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        self.steps.transform(input, &context, 1)
    }
}
