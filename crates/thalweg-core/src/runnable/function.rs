//! Functions as steps: closures by themselves, async closures as [`lambda`], with their context as
//! [`lambda_with`].

use std::borrow::Cow;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use super::contract::short_type_name;
use super::{Chain, Outcome, Returned, Runnable, Streaming};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::stream::ChunkStream;
use crate::value::Value;

impl<I, F, R> Runnable<I> for F
where
    I: Value,
    F: Fn(I) -> R + Send + Sync + 'static,
    R: Outcome<I>,
{
    type Out = R::Out;

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, context: Context) -> Result<R::Out> {
        let again = input.clone();
        match self(input).into_returned()? {
            Returned::Value(value) => Ok(value),
            Returned::Chain(chain) => chain.stage().invoke(again, one_less(context)?).await,
        }
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<R::Out> {
        let again = input.clone();
        ChunkStream::lazy(move || match self(input).into_returned() {
            Ok(returned) => resolve_stream(returned, again, context),
            Err(error) => ChunkStream::fail(error),
        })
    }
}

/// An async function as a step of a chain; its run is named `RunnableLambda` unless
/// [`Chain::named`] says otherwise.
///
/// ```
/// use thalweg_core::lambda;
///
/// let double = lambda(|text: String| async move { text.repeat(2) });
/// assert_eq!(double.invoke_blocking("ab")?, "abab");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn lambda<I, F, Fut>(function: F) -> Chain<I, <Fut::Output as Outcome<I>>::Out>
where
    I: Value,
    F: Fn(I) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: Outcome<I>,
{
    let name = short_type_name::<F>();
    Lambda { name, function: move |input, _: &Context| function(input), marker: PhantomData }.into_chain()
}

/// An async function that also takes its run's context, for passing it where it does not flow by itself.
///
/// ```
/// use thalweg_core::{Context, lambda_with};
///
/// let named = lambda_with(|_: String, context: Context| async move {
///     context.run().map(|run| run.name().to_string()).unwrap_or_default()
/// });
/// assert_eq!(named.named("me").invoke_blocking("")?, "me");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn lambda_with<I, F, Fut>(function: F) -> Chain<I, <Fut::Output as Outcome<I>>::Out>
where
    I: Value,
    F: Fn(I, Context) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: Outcome<I>,
{
    let name = short_type_name::<F>();
    Lambda {
        name,
        function: move |input, context: &Context| function(input, context.clone()),
        marker: PhantomData,
    }
    .into_chain()
}

struct Lambda<I, F> {
    name: &'static str,
    function: F,
    marker: PhantomData<fn(I)>,
}

impl<I, F, Fut> Runnable<I> for Lambda<I, F>
where
    I: Value,
    F: Fn(I, &Context) -> Fut + Send + Sync + 'static,
    Fut: Future + Send + 'static,
    Fut::Output: Outcome<I>,
{
    type Out = <Fut::Output as Outcome<I>>::Out;

    fn name(&self) -> Cow<'_, str> {
        self.name.into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, context: Context) -> Result<Self::Out> {
        let again = input.clone();
        match (self.function)(input, &context).await.into_returned()? {
            Returned::Value(value) => Ok(value),
            Returned::Chain(chain) => chain.stage().invoke(again, one_less(context)?).await,
        }
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Self::Out> {
        ChunkStream::after(async move {
            let again = input.clone();
            let returned = (self.function)(input, &context).await.into_returned()?;
            Ok(resolve_stream(returned, again, context))
        })
    }
}

fn resolve_stream<I: Value, O: Value>(
    returned: Returned<I, O>,
    input: I,
    context: Context,
) -> ChunkStream<O> {
    match returned {
        Returned::Value(value) => ChunkStream::of(value),
        Returned::Chain(chain) => match one_less(context) {
            Ok(context) => Arc::clone(chain.stage()).stream(input, context),
            Err(error) => ChunkStream::fail(error),
        },
    }
}

/// The context for a returned chain: it may nest one level less.
fn one_less(context: Context) -> Result<Context> {
    match context.recursion_limit().checked_sub(1) {
        Some(rest) => Ok(context.map_scope(|scope| scope.recursion_limit = Some(rest))),
        None => Err(Error::new(ErrorKind::RecursionLimit, "functions returned runnables too often")),
    }
}
