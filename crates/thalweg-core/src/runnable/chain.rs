//! [`Chain`]: a runnable of known input and output, however it was put together.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::ops::BitOr;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::batched::{self, Call, Mode, Results};
use super::sequence::{Seq, Sequence, Single, Then};
use super::stage::{Of, Stage};
use super::{Description, Parts, Runnable, Streaming};
use crate::block_on::{BlockingStream, block_on, blocking_iter};
use crate::context::{Context, IntoContext};
use crate::engine;
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text, Value};

/// A runnable that takes an `I` and gives an `O`: what `|` makes, and the type to write in structs and signatures.
///
/// Clones share the steps. Every call runs inside the current run, if there is one, and inherits its
/// configuration; the `_with` twin of each call takes a [`Config`](crate::Config) on top of that, or a
/// [`Context`] instead of it.
///
/// ```
/// use thalweg_core::Chain;
///
/// let chain: Chain<String, usize> = Chain::new(|text: String| text.trim().to_owned()) | |text: String| text.len();
/// assert_eq!(chain.invoke_blocking(" four ")?, 4);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct Chain<I, O> {
    stage: Arc<dyn Stage<I, O>>,
}

impl<I, O> Clone for Chain<I, O> {
    fn clone(&self) -> Self {
        Self { stage: Arc::clone(&self.stage) }
    }
}

impl<I: Value, O: Value> Chain<I, O> {
    /// A chain of one step.
    pub fn new<R: Runnable<I, Out = O>>(runnable: R) -> Self {
        runnable.into_chain()
    }

    pub(crate) fn from_stage(stage: Arc<dyn Stage<I, O>>) -> Self {
        Self { stage }
    }

    pub(crate) fn stage(&self) -> &Arc<dyn Stage<I, O>> {
        &self.stage
    }

    /// The name of its runs.
    pub fn name(&self) -> Cow<'_, str> {
        self.stage.name()
    }

    /// The kind of its runs; `None` if it has no run of its own.
    pub fn kind(&self) -> Option<RunKind> {
        self.stage.kind()
    }

    /// How it streams.
    pub fn streaming(&self) -> Streaming {
        self.stage.streaming()
    }

    /// This chain, then `next` on its output. Plain sequences on either side become part of the one that is made.
    pub fn then<R: Runnable<O>>(self, next: R) -> Chain<I, R::Out> {
        let next = next.into_chain();
        let steps = Then { left: self.steps(), right: next.steps() };
        let steps: Arc<dyn Seq<I, R::Out>> = Arc::new(steps);
        Chain::from_stage(Arc::new(SequenceStage::new(Sequence::new(steps, None))))
    }

    fn steps(&self) -> Arc<dyn Seq<I, O>> {
        self.stage.as_sequence().unwrap_or_else(|| Arc::new(Single(Arc::clone(&self.stage))))
    }

    /// Gives the output for an input.
    ///
    /// # Errors
    /// The error of the step that failed, with the path of its run.
    pub fn invoke(&self, input: impl Into<I>) -> impl Future<Output = Result<O>> + Send {
        self.invoke_with(input, Context::current())
    }

    /// As [`Chain::invoke`], with a configuration, or in a context given by hand.
    ///
    /// # Errors
    /// As [`Chain::invoke`].
    pub fn invoke_with(
        &self,
        input: impl Into<I>,
        context: impl IntoContext,
    ) -> impl Future<Output = Result<O>> + Send {
        self.stage.invoke(input.into(), context.into_context())
    }

    /// As [`Chain::invoke`], blocking this thread until it is done: for code that is not async.
    ///
    /// Inside a step of a chain that async code drives it holds up the task of that chain, and on a runtime of one
    /// thread for ever, or until a limit passes, if it waits for anything of that runtime. There a
    /// [`lambda`](crate::lambda) awaits [`Chain::invoke`].
    ///
    /// Steps that use tokio's own timers or I/O need a tokio runtime with threads of its own that is entered
    /// (`Runtime::enter`), or `runtime.block_on(chain.invoke(input))` in the place of this call.
    ///
    /// # Errors
    /// As [`Chain::invoke`].
    pub fn invoke_blocking(&self, input: impl Into<I>) -> Result<O> {
        self.invoke_blocking_with(input, Context::current())
    }

    /// As [`Chain::invoke_with`], blocking this thread until it is done; see [`Chain::invoke_blocking`] for where not
    /// to.
    ///
    /// # Errors
    /// As [`Chain::invoke`].
    pub fn invoke_blocking_with(&self, input: impl Into<I>, context: impl IntoContext) -> Result<O> {
        block_on(self.invoke_with(input, context.into_context().blocking()))
    }

    /// Gives the output for an input in chunks, as they come. The stream is lazy, and dropping it cancels all that
    /// runs for it.
    pub fn stream(&self, input: impl Into<I>) -> ChunkStream<O> {
        self.stream_with(input, Context::current())
    }

    /// As [`Chain::stream`], with a configuration, or in a context given by hand.
    pub fn stream_with(&self, input: impl Into<I>, context: impl IntoContext) -> ChunkStream<O> {
        Arc::clone(&self.stage).stream(input.into(), context.into_context())
    }

    /// As [`Chain::stream`], as an iterator that blocks this thread while it waits; see [`Chain::invoke_blocking`] for
    /// where not to.
    pub fn stream_blocking(&self, input: impl Into<I>) -> BlockingStream<O> {
        self.stream_blocking_with(input, Context::current())
    }

    /// As [`Chain::stream_with`], as an iterator that blocks this thread while it waits; see
    /// [`Chain::invoke_blocking`] for where not to.
    pub fn stream_blocking_with(&self, input: impl Into<I>, context: impl IntoContext) -> BlockingStream<O> {
        blocking_iter(self.stream_with(input, context.into_context().blocking()))
    }

    /// Gives the output in chunks while the input comes in chunks.
    pub fn transform(&self, input: ChunkStream<I>) -> ChunkStream<O> {
        self.transform_with(input, Context::current())
    }

    /// As [`Chain::transform`], with a configuration, or in a context given by hand.
    pub fn transform_with(&self, input: ChunkStream<I>, context: impl IntoContext) -> ChunkStream<O> {
        Arc::clone(&self.stage).transform(input, context.into_context())
    }
}

/// The stage of a sequence, which can become part of a longer one.
struct SequenceStage<I: Value, O: Value> {
    steps: Arc<dyn Seq<I, O>>,
    named: bool,
    of: Arc<Of<I, Sequence<I, O>>>,
}

impl<I: Value, O: Value> SequenceStage<I, O> {
    fn new(sequence: Sequence<I, O>) -> Self {
        let steps = Arc::clone(&sequence.steps);
        Self { steps, named: sequence.name.is_some(), of: Arc::new(Of::new(sequence)) }
    }
}

impl<I: Value, O: Value> Stage<I, O> for SequenceStage<I, O> {
    fn name(&self) -> Cow<'_, str> {
        self.of.name()
    }

    fn kind(&self) -> Option<RunKind> {
        self.of.kind()
    }

    fn streaming(&self) -> Streaming {
        self.of.streaming()
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>> {
        self.of.invoke(input, context)
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        Arc::clone(&self.of).stream(input, context)
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        Arc::clone(&self.of).transform(input, context)
    }

    fn describe(&self) -> Description {
        self.of.describe()
    }

    /// langchain-core leads a batch through a sequence step by step.
    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        if !batched::is_compat(&calls) {
            return Box::pin(batched::each(self, calls, mode));
        }
        Box::pin(async move {
            let runs = engine::Runs::start(RunKind::Chain, &self.name(), &calls).await?;
            let contexts = runs.contexts();
            let inputs = calls.into_iter().map(|(input, _)| Ok(input)).collect();
            let results = self.steps.batch(inputs, &contexts, 1, mode).await;
            runs.close(results).await
        })
    }

    fn as_sequence(&self) -> Option<Arc<dyn Seq<I, O>>> {
        (!self.named).then(|| Arc::clone(&self.steps))
    }
}

impl<I: Value, O: Value> Runnable<I> for Chain<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        self.stage.name()
    }

    /// The chain's stage starts its own run.
    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        self.stage.streaming()
    }

    fn input_schema(&self) -> Dynamic {
        self.describe().input
    }

    fn output_schema(&self) -> Dynamic {
        self.describe().output
    }

    fn parts(&self) -> Parts {
        self.describe().parts
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        self.stage.invoke(input, context).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        Arc::clone(&self.stage).stream(input, context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        Arc::clone(&self.stage).transform(input, context)
    }

    fn into_chain(self) -> Self {
        self
    }
}

impl<I: Value, M: Value, R: Runnable<M>> BitOr<R> for Chain<I, M> {
    type Output = Chain<I, R::Out>;

    fn bitor(self, next: R) -> Chain<I, R::Out> {
        self.then(next)
    }
}

impl<I: Value, O: Value> fmt::Debug for Chain<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("name", &self.name())
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain under another name; a sequence with a name stays a run of its own inside another.
    #[must_use]
    pub fn named(self, name: impl Into<Text>) -> Self {
        let name = name.into();
        match self.stage.as_sequence() {
            Some(steps) => Self::from_stage(Arc::new(SequenceStage::new(Sequence::new(steps, Some(name))))),
            None if let Some(stage) = self.stage.renamed(name.clone()) => Self::from_stage(stage),
            None => super::named::named(self, name),
        }
    }
}
