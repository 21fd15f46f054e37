//! Delegates: stages without a run of their own, which change the context of a call, or choose who takes it.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::batched::{self, Call, Mode, Results};
use super::stage::Stage;
use super::{Chain, Description, Parts, Streaming};
use crate::ambient::Scoped;
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Text, Value};

/// What a delegate does to a call.
pub(crate) trait Delegate<I: Value, O: Value>: Send + Sync + 'static {
    /// The chain that takes the calls unless another is chosen.
    fn bound(&self) -> &Chain<I, O>;

    /// Who takes a call, and with which context.
    fn prepare(&self, context: Context) -> Result<(Chain<I, O>, Context)>;

    /// Whether it is one of langchain-core's bindings, which complete the configuration that they are given from the
    /// current one: where the two belong to different runs, the bound chain runs below the current run.
    fn is_binding(&self) -> bool {
        false
    }

    /// A word for what is done around the bound chain, if that shows.
    fn around(&self) -> Option<&'static str> {
        None
    }

    /// The key of the bound chain among others.
    fn bound_key(&self) -> Text {
        Text::EMPTY
    }

    /// Who else may take a call, by their keys.
    fn others(&self) -> Vec<(Text, Chain<I, O>)> {
        Vec::new()
    }

    /// The name of the runs.
    fn name(&self) -> Cow<'_, str> {
        self.bound().stage().name()
    }
}

/// The chain of a delegate.
pub(crate) fn delegate<I: Value, O: Value>(delegate: impl Delegate<I, O>) -> Chain<I, O> {
    Chain::from_stage(Arc::new(DelegateStage(delegate)))
}

struct DelegateStage<D>(D);

impl<D> DelegateStage<D> {
    fn prepare<I: Value, O: Value>(&self, mut context: Context) -> Result<(Chain<I, O>, Context)>
    where
        D: Delegate<I, O>,
    {
        if context.is_compat() && self.0.is_binding() {
            context = complete(context);
        }
        self.0.prepare(context)
    }
}

/// A call's context below the current run, if there is one, and with the tag of the step that is current: what
/// langchain-core's bindings make of it.
pub(crate) fn complete(mut context: Context) -> Context {
    let current = Context::current();
    if let Some(run) = current.run() {
        context.parent = Some(Arc::clone(run));
        if current.step.is_some() && current.step != context.step {
            context.once.get_or_insert_default().tag = current.step;
        }
    }
    context
}

/// Invokes a step of a composition. langchain-core's make the step's context current, which shows where a binding
/// below has no run of its own around it that does the same.
pub(crate) fn invoke_step<I: Value, O: Value>(
    stage: &Arc<dyn Stage<I, O>>,
    input: I,
    context: Context,
) -> BoxFuture<'_, Result<O>> {
    if context.is_compat() {
        Box::pin(Scoped::new(context.without_options().into(), stage.invoke(input, context)))
    } else {
        stage.invoke(input, context)
    }
}

impl<I: Value, O: Value, D: Delegate<I, O>> Stage<I, O> for DelegateStage<D> {
    fn name(&self) -> Cow<'_, str> {
        self.0.name()
    }

    fn kind(&self) -> Option<RunKind> {
        self.0.bound().kind()
    }

    fn streaming(&self) -> Streaming {
        self.0.bound().streaming()
    }

    fn describe(&self) -> Description {
        let name = Text::from(self.0.name());
        let bound = self.0.bound().describe();
        if let Some(what) = self.0.around() {
            let leaf = Description { name, parts: Parts::None, ..bound.clone() };
            return leaf.with_parts(Parts::Around(what, Box::new(bound)));
        }
        let others = self.0.others();
        if others.is_empty() {
            return Description { name, ..bound };
        }
        let (input, output) = (bound.input.clone(), bound.output.clone());
        let others = others.into_iter().map(|(key, chain)| (key, chain.describe()));
        let parts = std::iter::once((self.0.bound_key(), bound)).chain(others).collect();
        let leaf = Description::leaf::<I, O>(name, None, self.streaming());
        Description { input, output, ..leaf.with_parts(Parts::OneOf(parts)) }
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<O>> {
        Box::pin(async move {
            let (chain, context) = self.prepare(context)?;
            chain.stage().invoke(input, context).await
        })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        match self.0.prepare(context) {
            Ok((chain, context)) => Arc::clone(chain.stage()).stream(input, context),
            Err(error) => ChunkStream::fail(error),
        }
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        match self.0.prepare(context) {
            Ok((chain, context)) => Arc::clone(chain.stage()).transform(input, context),
            Err(error) => ChunkStream::fail(error),
        }
    }

    fn batch(&self, calls: Vec<Call<I>>, mode: Mode) -> BoxFuture<'_, Results<O>> {
        if !batched::is_compat(&calls) {
            return Box::pin(batched::each(self, calls, mode));
        }
        Box::pin(async move {
            let bound = self.0.bound();
            let mut prepared = Vec::with_capacity(calls.len());
            let mut chosen = false;
            for (input, context) in &calls {
                let (chain, inner) = self.prepare(context.clone())?;
                chosen |= !Arc::ptr_eq(chain.stage(), bound.stage());
                prepared.push((input.clone(), inner));
            }
            // Where another than the bound one is chosen, each input is invoked on its own.
            if chosen {
                batched::each(self, calls, mode).await
            } else {
                bound.stage().batch(prepared, mode).await
            }
        })
    }
}
