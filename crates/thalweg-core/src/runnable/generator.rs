//! Generators: functions over streams as steps.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::StreamExt;

use super::contract::function_name;
use super::stage::Of;
use super::{Chain, Description, Piece, Runnable, Stage, Streaming};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Fold, Value, null};

/// A function that makes of the stream of its input's chunks a stream of its output's chunks, or of `Result`s of them.
///
/// It sees each chunk as it comes. Called with a whole input it sees that as the only chunk. Its run is named after the
/// function, a closure's `RunnableGenerator`, unless [`Chain::named`] says otherwise.
///
/// ```
/// use futures_util::StreamExt;
/// use thalweg_core::{ChunkStream, Result, generator};
///
/// let upper = generator(|chunks: ChunkStream<String>| {
///     chunks.map(|chunk| -> Result<String> { Ok(chunk?.to_uppercase()) })
/// });
/// let chunks: Result<Vec<_>> = upper.stream_blocking("ab").collect();
/// assert_eq!(chunks?, ["AB"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn generator<I, F, S>(function: F) -> Chain<I, <S::Item as Piece>::Of>
where
    I: Value,
    F: Fn(ChunkStream<I>) -> S + Send + Sync + 'static,
    S: Stream<Item: Piece> + Send + 'static,
{
    let name = function_name::<F>("RunnableGenerator");
    from_function(name, move |input, _| function(input))
}

/// As [`generator`], for a function that takes its run's context too.
///
/// ```
/// use futures_util::stream;
/// use thalweg_core::{ChunkStream, Context, generator_with};
///
/// let name = generator_with(|_: ChunkStream<String>, context: Context| {
///     stream::iter(context.run().map(|run| run.name().to_string()))
/// });
/// assert_eq!(name.invoke_blocking("")?, "RunnableGenerator");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn generator_with<I, F, S>(function: F) -> Chain<I, <S::Item as Piece>::Of>
where
    I: Value,
    F: Fn(ChunkStream<I>, Context) -> S + Send + Sync + 'static,
    S: Stream<Item: Piece> + Send + 'static,
{
    from_function(function_name::<F>("RunnableGenerator"), function)
}

fn from_function<I, F, S>(name: &'static str, function: F) -> Chain<I, <S::Item as Piece>::Of>
where
    I: Value,
    F: Fn(ChunkStream<I>, Context) -> S + Send + Sync + 'static,
    S: Stream<Item: Piece> + Send + 'static,
{
    Generator { name, function, marker: PhantomData }.into_chain()
}

struct Generator<I, F, S> {
    name: &'static str,
    function: F,
    marker: PhantomData<fn(I) -> S>,
}

/// The stream that a function gives, as chunks.
pub(super) fn pieces<S>(stream: S) -> ChunkStream<<S::Item as Piece>::Of>
where
    S: Stream<Item: Piece> + Send + 'static,
{
    ChunkStream::new(stream.map(Piece::into_piece))
}

impl<I, F, S> Runnable<I> for Generator<I, F, S>
where
    I: Value,
    F: Fn(ChunkStream<I>, Context) -> S + Send + Sync + 'static,
    S: Stream<Item: Piece> + Send + 'static,
{
    type Out = <S::Item as Piece>::Of;

    fn name(&self) -> Cow<'_, str> {
        self.name.into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, context: Context) -> Result<Self::Out> {
        pieces((self.function)(ChunkStream::of(input), context)).fold().await
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Self::Out> {
        // The function is called inside the run, when somebody reads.
        ChunkStream::lazy(move || pieces((self.function)(input, context)))
    }

    fn into_chain(self) -> Chain<I, Self::Out> {
        Chain::from_stage(Arc::new(GeneratorStage { of: Arc::new(Of::new(self)) }))
    }
}

/// The stage of a generator: an invocation is a stream that is read to its end.
struct GeneratorStage<I, R> {
    of: Arc<Of<I, R>>,
}

impl<I: Value, R: Runnable<I>> Stage<I, R::Out> for GeneratorStage<I, R> {
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

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<R::Out>> {
        if !context.is_compat() {
            return self.of.invoke(input, context);
        }
        let mut chunks = Arc::clone(&self.of).stream(input, context);
        Box::pin(async move {
            let mut sum = <R::Out as Value>::Fold::default();
            while let Some(chunk) = chunks.next().await {
                if !sum.push(&chunk?) {
                    return Err(Error::new(ErrorKind::Merge, "the generator's chunks do not add up"));
                }
            }
            let sum = sum.finish();
            if sum.is_none()
                && let Some(null) = null()
            {
                return Ok(null);
            }
            R::Out::from_sum(sum)
        })
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<R::Out> {
        Arc::clone(&self.of).stream(input, context)
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<R::Out> {
        Arc::clone(&self.of).transform(input, context)
    }
}
