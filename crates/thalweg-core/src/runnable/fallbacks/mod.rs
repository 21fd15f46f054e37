//! Fallbacks: chains that are tried one after the other until one succeeds.
//!
//! The chains that are tried are children of the fallbacks' run. A stream counts as a success once it has given a
//! chunk. How fallbacks stand in a chain is in `stage`, and batches as langchain-core makes them are in `batch`.

mod batch;
mod stage;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use self::stage::FallbacksStage;
use super::replay::Replay;
use super::stage::Of;
use super::started::{Started, once_started};
use super::{Chain, Parts, Runnable, Streaming};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Map, Text, Value, empty_stream};

/// Chains that are tried one after the other until one succeeds.
///
/// By default every error leads to the next chain, except cancellation. If all fail, the first one's error counts. A
/// stream counts as a success once it has given a chunk.
///
/// ```
/// use thalweg_core::{Chain, Fallbacks};
///
/// let number = Chain::new(|text: String| text.parse::<i64>());
/// let count = Chain::new(|text: String| text.len() as i64);
/// let chain = Fallbacks::new(number).or(count).into_chain();
/// assert_eq!(chain.invoke_blocking("12")?, 12);
/// assert_eq!(chain.invoke_blocking("twelve")?, 6);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Fallbacks<I, O> {
    name: Option<Text>,
    chains: Arc<[Chain<I, O>]>,
    when: Arc<dyn Fn(&Error) -> bool + Send + Sync>,
    pass: Option<Pass<I>>,
}

/// How an error is put into the next chain's input.
struct Pass<I> {
    key: Text,
    takes: fn(&I) -> bool,
    put: fn(I, &Text, &Error) -> I,
}

impl<I> Clone for Pass<I> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), takes: self.takes, put: self.put }
    }
}

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain, and others that are tried in turn when it fails; see [`Fallbacks`] for more.
    ///
    /// ```
    /// use thalweg_core::Chain;
    ///
    /// let number = Chain::new(|text: String| text.parse::<i64>());
    /// let zero = Chain::new(|_: String| 0_i64);
    /// assert_eq!(number.with_fallbacks([zero]).invoke_blocking("none")?, 0);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_fallbacks(self, others: impl IntoIterator<Item = Self>) -> Self {
        others.into_iter().fold(Fallbacks::new(self), Fallbacks::or).into_chain()
    }
}

impl<I: Value, O: Value> Fallbacks<I, O> {
    /// The runnable that is tried first.
    pub fn new<R: Runnable<I, Out = O>>(first: R) -> Self {
        let when = |error: &Error| error.kind() != ErrorKind::Cancelled;
        Self { name: None, chains: Arc::new([first.into_chain()]), when: Arc::new(when), pass: None }
    }

    /// Adds the runnable that is tried next.
    #[must_use]
    pub fn or<R: Runnable<I, Out = O>>(mut self, next: R) -> Self {
        self.chains = self.chains.iter().cloned().chain([next.into_chain()]).collect();
        self
    }

    /// Which errors lead to the next chain; any other is the result. Cancellation never does.
    #[must_use]
    pub fn when(mut self, when: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.when = Arc::new(move |error| error.kind() != ErrorKind::Cancelled && when(error));
        self
    }

    /// The fallbacks as a chain.
    pub fn into_chain(self) -> Chain<I, O> {
        let of = Of::new(self.clone());
        let of = match &self.name {
            Some(name) => of.with_name(name.clone()),
            None => of,
        };
        Chain::from_stage(Arc::new(FallbacksStage { fallbacks: self, of: Arc::new(of) }))
    }

    fn check(&self, input: &I) -> Result<()> {
        match &self.pass {
            Some(pass) if !(pass.takes)(input) => {
                let got = input.to_dynamic();
                Err(Error::input_type("fallbacks with a key for the error", "an object", got.type_name()))
            }
            _ => Ok(()),
        }
    }

    fn put(&self, input: I, error: &Error) -> I {
        match &self.pass {
            Some(pass) => (pass.put)(input, &pass.key, error),
            None => input,
        }
    }

    /// Tries the chains in turn.
    async fn attempts<T, F>(
        &self,
        mut attempt: impl FnMut(&Chain<I, O>, Option<&Error>) -> F,
        hopeless: impl Fn() -> bool,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let (mut first, mut last) = (None, None);
        for chain in self.chains.iter() {
            match attempt(chain, last.as_ref()).await {
                Ok(value) => return Ok(value),
                Err(error) if (self.when)(&error) && !hopeless() => {
                    first.get_or_insert_with(|| error.clone());
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        // There is at least one chain, and it has failed.
        Err(first.unwrap_or_else(empty_stream::<O>))
    }

    /// Invokes the chains in turn; they are called with `context`.
    async fn invoke_in(&self, mut input: I, context: &Context) -> Result<O> {
        let attempt = |chain: &Chain<I, O>, last: Option<&Error>| {
            if let Some(error) = last {
                input = self.put(input.clone(), error);
            }
            let (chain, input, context) = (chain.clone(), input.clone(), context.clone());
            async move { chain.stage().invoke(input, context).await }
        };
        self.attempts(attempt, || false).await
    }
}

impl<O: Value> Fallbacks<Dynamic, O> {
    /// Gives each further chain the error of the one before, as an entry of its input, which must be an object.
    #[must_use]
    pub fn exception_key(mut self, key: impl Into<Text>) -> Self {
        let takes = |input: &Dynamic| matches!(input, Dynamic::Map(_));
        let put = |input: Dynamic, key: &Text, error: &Error| match input {
            Dynamic::Map(mut map) => {
                map.insert(key.clone(), error.clone());
                Dynamic::Map(map)
            }
            other => other,
        };
        self.pass = Some(Pass { key: key.into(), takes, put });
        self
    }
}

impl<O: Value> Fallbacks<Map, O> {
    /// Gives each further chain the error of the one before, as an entry of its input.
    #[must_use]
    pub fn exception_key(mut self, key: impl Into<Text>) -> Self {
        let put = |mut input: Map, key: &Text, error: &Error| {
            input.insert(key.clone(), error.clone());
            input
        };
        self.pass = Some(Pass { key: key.into(), takes: |_| true, put });
        self
    }
}

impl<I: Value, O: Value> Runnable<I> for Fallbacks<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        "RunnableWithFallbacks".into()
    }

    fn streaming(&self) -> Streaming {
        let through = self.chains.iter().all(|chain| chain.streaming() == Streaming::Through);
        if through { Streaming::Through } else { Streaming::Output }
    }

    fn streaming_in(&self, context: &Context) -> Streaming {
        // langchain-core's wait for the whole input.
        if context.is_compat() { Streaming::Output } else { self.streaming() }
    }

    fn input_schema(&self) -> Dynamic {
        self.chains.first().map_or_else(I::schema, Chain::input_schema)
    }

    fn output_schema(&self) -> Dynamic {
        self.chains.first().map_or_else(O::schema, Chain::output_schema)
    }

    fn parts(&self) -> Parts {
        let key = |i: usize| if i == 0 { Text::from("first") } else { Text::from(format!("fallback {i}")) };
        Parts::OneOf(self.chains.iter().enumerate().map(|(i, chain)| (key(i), chain.describe())).collect())
    }

    async fn run(&self, input: I, context: Context) -> Result<O> {
        self.invoke_in(input, &context).await
    }

    fn run_stream(self: Arc<Self>, mut input: I, context: Context) -> ChunkStream<O> {
        once_started(async move {
            let attempt = |chain: &Chain<I, O>, last: Option<&Error>| {
                if let Some(error) = last {
                    input = self.put(input.clone(), error);
                }
                let mut context = context.clone();
                // The synchronous method gives no configuration.
                context.implicit = context.is_compat_sync();
                let stream = Arc::clone(chain.stage()).stream(input.clone(), context.clone());
                let fails_empty = context.is_compat();
                async move {
                    let started = Started::start(stream).await?;
                    // langchain-core takes an empty stream for a failure.
                    if fails_empty && started.is_empty() { Err(stopped(STOP)) } else { Ok(started) }
                }
            };
            let started = self.attempts(attempt, || false).await;
            // There no generator may end like that.
            started.map_err(
                |error| if error.fact("class") == Some(STOP) { stopped("RuntimeError") } else { error },
            )
        })
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<O> {
        if self.pass.is_some() || self.streaming_in(&context) != Streaming::Through {
            // An error can only be put into a whole input.
            return crate::engine::gather(input, true, context, move |whole, context| {
                self.run_stream(whole, context)
            });
        }
        let replay = Replay::new(input);
        once_started(async move {
            let attempt = |chain: &Chain<I, O>, _: Option<&Error>| {
                Started::start(Arc::clone(chain.stage()).transform(replay.stream(), context.clone()))
            };
            let started = self.attempts(attempt, || replay.has_failed()).await;
            replay.forget();
            started
        })
    }

    fn into_chain(self) -> Chain<I, O> {
        Self::into_chain(self)
    }
}

/// The class of the error that a stream without chunks is to those that decide what is tried next.
const STOP: &str = "StopIteration";

/// What a stream without chunks is there.
fn stopped(class: &'static str) -> Error {
    Error::new(ErrorKind::EmptyStream, "the stream has no chunks").with("class", class)
}

impl<I: Value, O: Value> fmt::Debug for Fallbacks<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fallbacks").field("chains", &self.chains).finish_non_exhaustive()
    }
}
