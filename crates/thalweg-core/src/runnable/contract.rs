//! [`Runnable`]: what a component says of itself.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;

use super::stage::Of;
use super::{Chain, Parts};
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Value};

/// A step of a chain: takes an `I`, gives an [`Out`](Runnable::Out).
///
/// This trait is for those who *write* components. The engine calls its methods inside a run that it has started
/// for the component, and reports what goes in and comes out; a component never reports itself. To *call* a
/// component, make a [`Chain`] of it, or compose it with `|`.
///
/// One method is required. Override [`run_stream`](Runnable::run_stream) (and say so in
/// [`streaming`](Runnable::streaming)) where output can be given in pieces, and
/// [`run_transform`](Runnable::run_transform) where input can be taken in pieces too.
///
/// A closure or function of one argument is a runnable, see [`Outcome`](super::Outcome) for what it may return.
///
/// ```
/// use thalweg_core::{Chain, Context, Result, Runnable};
///
/// struct Shout;
///
/// impl Runnable<String> for Shout {
///     type Out = String;
///
///     async fn run(&self, input: String, _context: Context) -> Result<String> {
///         Ok(input.to_uppercase())
///     }
/// }
///
/// let chain = Chain::new(Shout) | |text: String| format!("{text}!");
/// assert_eq!(chain.invoke_blocking("hey")?, "HEY!");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{I}`",
    label = "this step does not take `{I}`, which the step before gives",
    note = "a prompt takes named variables, a model a prompt, a text or messages, a parser a text or a message; \
            a function in between converts: `| |input: {I}| ..`",
    note = "a chain that takes `Dynamic`, such as one that begins with a prompt, follows what gives a `Map` after \
            `.into_dynamic_output()`",
    note = "a closure takes part if it takes one argument and returns a value or a `Result` of one; \
            async closures enter as `lambda(..)`, functions over streams as `generator(..)`"
)]
pub trait Runnable<I: Value>: Send + Sync + 'static {
    /// What it gives.
    type Out: Value;

    /// The name of its runs; the type's own name unless overridden.
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(short_type_name::<Self>())
    }

    /// The kind of its runs; `None` for a component that only hands on to another and has no run of its own.
    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Chain)
    }

    /// How it streams.
    fn streaming(&self) -> Streaming {
        Streaming::Whole
    }

    /// How it streams in a call made in `context`: for the few that stream where langchain-core's do not.
    #[doc(hidden)]
    fn streaming_in(&self, _context: &Context) -> Streaming {
        self.streaming()
    }

    /// Whether the context of its run is current while it runs: for those whose langchain-core counterparts leave the
    /// one around them current.
    #[doc(hidden)]
    fn enters(&self, _context: &Context) -> bool {
        true
    }

    /// Whether it runs code of others itself, which may ask what is current. What only hands on to steps that have
    /// runs of their own, or parses, does not, and its run need not be entered at every poll.
    #[doc(hidden)]
    fn runs_code(&self) -> bool {
        true
    }

    /// Gives the output for an input. The context is that of the component's own run: calls made with it become
    /// children of the run.
    ///
    /// # Errors
    /// The component's own; the engine adds the run's path.
    fn run(&self, input: I, context: Context) -> impl Future<Output = Result<Self::Out>> + Send;

    /// Gives the output for an input in chunks; one chunk unless overridden.
    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Self::Out> {
        ChunkStream::once(async move { self.run(input, context).await })
    }

    /// Gives the output chunk by chunk while the input comes chunk by chunk; waits for the whole input unless
    /// overridden.
    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Self::Out> {
        crate::engine::gather(input, true, context, move |whole, context| self.run_stream(whole, context))
    }

    /// What it takes, as a JSON schema; what is known of the type unless overridden.
    fn input_schema(&self) -> Dynamic {
        I::schema()
    }

    /// What it gives, as a JSON schema; what is known of the type unless overridden.
    fn output_schema(&self) -> Dynamic {
        Self::Out::schema()
    }

    /// What it is made of, for those who look at a chain; nothing unless overridden.
    fn parts(&self) -> Parts {
        Parts::None
    }

    /// The component as a chain; a chain gives itself.
    fn into_chain(self) -> Chain<I, Self::Out>
    where
        Self: Sized,
    {
        Chain::from_stage(Arc::new(Of::new(self)))
    }
}

/// How a component streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Streaming {
    /// It takes a whole input and gives a whole output.
    Whole,
    /// It takes a whole input and gives its output in chunks.
    Output,
    /// It takes chunks and gives chunks.
    Through,
}

/// A type's name without its path and parameters; functions have their own, closures share one.
pub(crate) fn short_type_name<T: ?Sized>() -> &'static str {
    function_name::<T>("RunnableLambda")
}

/// As [`short_type_name`], with the name that closures share.
pub(crate) fn function_name<T: ?Sized>(closure: &'static str) -> &'static str {
    let full = std::any::type_name::<T>();
    // Parameters may contain paths too.
    let path = full.find('<').map_or(full, |start| match full.rfind('>') {
        // A closure inside a generic function.
        Some(end) if end + 1 < full.len() => &full[end + 1..],
        _ => &full[..start],
    });
    match path.rsplit("::").next().unwrap_or(path) {
        "{{closure}}" => closure,
        name => name,
    }
}
