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

    /// What others call it who name themselves after it.
    fn class(&self) -> Cow<'_, str> {
        self.name()
    }
}

/// The chain of a delegate.
pub(crate) fn delegate<I: Value, O: Value>(delegate: impl Delegate<I, O>) -> Chain<I, O> {
    Chain::from_stage(Arc::new(DelegateStage(delegate)))
}

struct DelegateStage<D>(D);

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

/// The stream that `open` gives; where it matters what is current then, it is asked when the first chunk is.
pub(crate) fn in_time<O: Value>(
    late: bool,
    open: impl FnOnce() -> Result<ChunkStream<O>> + Send + 'static,
) -> ChunkStream<O> {
    if late {
        return ChunkStream::after(async move { open() });
    }
    open().unwrap_or_else(ChunkStream::fail)
}

impl<I: Value, O: Value, D: Delegate<I, O>> Stage<I, O> for DelegateStage<D> {
    fn name(&self) -> Cow<'_, str> {
        self.0.name()
    }

    fn class(&self) -> Cow<'_, str> {
        self.0.class()
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
            let (chain, context) = self.0.prepare(context)?;
            chain.stage().invoke(input, context).await
        })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        in_time(context.is_compat(), move || {
            let (chain, context) = self.0.prepare(context)?;
            Ok(Arc::clone(chain.stage()).stream(input, context))
        })
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        in_time(context.is_compat(), move || {
            let (chain, context) = self.0.prepare(context)?;
            Ok(Arc::clone(chain.stage()).transform(input, context))
        })
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
                let (chain, inner) = self.0.prepare(context.clone())?;
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
