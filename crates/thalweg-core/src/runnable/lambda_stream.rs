//! Functions that take a whole input and give a stream.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_core::Stream;

use super::contract::function_name;
use super::generator::pieces;
use super::{Chain, Piece, Runnable, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::stream::ChunkStream;
use crate::value::{Value, null};

/// A function that takes a whole input and gives a stream of its output's chunks, or of `Result`s of them.
///
/// Called for a whole output, the chunks add up. Its run is named after the function, a closure's `RunnableLambda`, unless
/// [`Chain::named`] says otherwise.
///
/// ```
/// use futures_util::stream;
/// use thalweg_core::{Result, lambda_stream};
///
/// let letters = lambda_stream(|text: String| {
///     let letters: Vec<String> = text.chars().map(String::from).collect();
///     stream::iter(letters)
/// });
/// let chunks: Result<Vec<_>> = letters.stream_blocking("abc").collect();
/// assert_eq!(chunks?, ["a", "b", "c"]);
/// assert_eq!(letters.invoke_blocking("abc")?, "abc");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn lambda_stream<I, F, S>(function: F) -> Chain<I, <S::Item as Piece>::Of>
where
    I: Value,
    F: Fn(I) -> S + Send + Sync + 'static,
    S: Stream<Item: Piece> + Send + 'static,
{
    let name = function_name::<F>("RunnableLambda");
    LambdaStream { name, function, marker: PhantomData }.into_chain()
}

struct LambdaStream<I, F, S> {
    name: &'static str,
    function: F,
    marker: PhantomData<fn(I) -> S>,
}

impl<I, F, S> Runnable<I> for LambdaStream<I, F, S>
where
    I: Value,
    F: Fn(I) -> S + Send + Sync + 'static,
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
        let sum = pieces((self.function)(input)).sum().await?;
        // In Python a function that yields nothing gives nothing.
        if context.is_compat()
            && sum.is_none()
            && let Some(null) = null()
        {
            return Ok(null);
        }
        Self::Out::from_sum(sum)
    }

    fn run_stream(self: Arc<Self>, input: I, _context: Context) -> ChunkStream<Self::Out> {
        ChunkStream::lazy(move || pieces((self.function)(input)))
    }
}
