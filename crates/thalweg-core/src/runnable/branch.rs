//! Branches: the first runnable whose condition holds.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use super::{Chain, Parts, Runnable, Streaming, Truthy};
use crate::context::Context;
use crate::error::Result;
use crate::run::StepTag;
use crate::stream::ChunkStream;
use crate::value::{Text, Value};

/// Conditions, each with a runnable that takes the input if it is the first that holds.
/// [`otherwise`](Branch::otherwise) makes the step.
///
/// Conditions are runnables on the same input, asked in order until one holds; what holds is said by [`Truthy`].
/// The chosen runnable streams. The run is named `RunnableBranch`, the runs in it are tagged `condition:1`, `branch:1`
/// and so on, or `branch:default`.
///
/// ```
/// use thalweg_core::runnable::Branch;
///
/// let size = Branch::new()
///     .when(|n: i64| n < 10, |n: i64| format!("{n} is small"))
///     .otherwise(|n: i64| format!("{n} is large"));
/// assert_eq!(size.invoke_blocking(3)?, "3 is small");
/// assert_eq!(size.invoke_blocking(30)?, "30 is large");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct Branch<I, O> {
    branches: Vec<(Condition<I>, Chain<I, O>)>,
}

/// Asks a condition.
type Condition<I> = Box<dyn Fn(I, Context) -> BoxFuture<'static, Result<bool>> + Send + Sync>;

impl<I: Value, O: Value> Branch<I, O> {
    /// No conditions yet.
    pub fn new() -> Self {
        Self { branches: Vec::new() }
    }

    /// Adds a condition and the runnable for inputs for which it holds, if none before does.
    #[must_use]
    pub fn when<C, R>(mut self, condition: C, runnable: R) -> Self
    where
        C: Runnable<I, Out: Truthy>,
        R: Runnable<I, Out = O>,
    {
        let condition = condition.into_chain();
        let ask: Condition<I> = Box::new(move |input, context| {
            let stage = Arc::clone(condition.stage());
            async move { Ok(stage.invoke(input, context).await?.is_truthy()) }.boxed()
        });
        self.branches.push((ask, runnable.into_chain()));
        self
    }

    /// The step, with the runnable for inputs for which no condition holds.
    pub fn otherwise<R: Runnable<I, Out = O>>(self, runnable: R) -> Chain<I, O> {
        let default = runnable.into_chain();
        Choice { branches: self.branches, default }.into_chain()
    }
}

impl<I: Value, O: Value> Default for Branch<I, O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Value, O: Value> fmt::Debug for Branch<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.branches.iter().map(|(_, chain)| chain)).finish()
    }
}

struct Choice<I, O> {
    branches: Vec<(Condition<I>, Chain<I, O>)>,
    default: Chain<I, O>,
}

impl<I: Value, O: Value> Choice<I, O> {
    /// The runnable for the input, and its tag.
    async fn choose(&self, input: &I, context: &Context) -> Result<(&Chain<I, O>, StepTag)> {
        for (number, (condition, chain)) in (1..).zip(&self.branches) {
            // The options of a call are for what is chosen.
            let asked = context.without_options().step(StepTag::Condition(number));
            if condition(input.clone(), asked).await? {
                return Ok((chain, StepTag::Branch(number)));
            }
        }
        Ok((&self.default, StepTag::BranchDefault))
    }
}

impl<I: Value, O: Value> Runnable<I> for Choice<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        "RunnableBranch".into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    fn enters(&self, context: &Context) -> bool {
        !context.is_compat()
    }

    fn parts(&self) -> Parts {
        let numbered = (1..).zip(&self.branches);
        let branches =
            numbered.map(|(n, (_, chain))| (Text::from(format!("condition {n}")), chain.describe()));
        Parts::OneOf(branches.chain([(Text::from("default"), self.default.describe())]).collect())
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        let (chosen, tag) = self.choose(&input, &context).await?;
        chosen.stage().invoke(input, context.step(tag)).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<O> {
        ChunkStream::after(async move {
            let (chosen, tag) = self.choose(&input, &context).await?;
            Ok(Arc::clone(chosen.stage()).stream(input, context.step(tag)))
        })
    }
}
