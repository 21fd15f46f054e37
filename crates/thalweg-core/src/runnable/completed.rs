//! Batches whose results are read as they come, each with the position of its input.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::Chain;
use super::batch::{IntoContexts, OnThread, pair, whole};
use super::fanout::Fanout;
use crate::block_on::{BlockingIter, blocking_iter};
use crate::context::Context;
use crate::error::Result;
use crate::value::Value;

impl<I: Value, O: Value> Chain<I, O> {
    /// Gives each input's position and result as soon as it is there. Nothing happens before the first poll, and
    /// dropping the stream cancels the calls that still run.
    pub fn batch_as_completed<T: Into<I>>(&self, inputs: impl IntoIterator<Item = T>) -> Completed<O> {
        self.batch_as_completed_with(inputs, Context::current())
    }

    /// As [`Chain::batch_as_completed`], with configurations or contexts as in [`Chain::batch_with`].
    pub fn batch_as_completed_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> Completed<O> {
        let inputs = whole(inputs);
        let count = inputs.len();
        Completed(match pair(inputs, contexts) {
            Ok(calls) => {
                let context = calls.first().map(|(_, context)| context.clone()).unwrap_or_default();
                let chain = self.clone();
                let invoke = move |(input, mut context): (I, Context)| {
                    let chain = chain.clone();
                    if context.is_compat() {
                        context.once.get_or_insert_default().as_completed = true;
                    }
                    async move { chain.stage().invoke(input, context).await }
                };
                Fanout::new(&context, calls.into_iter().map(invoke)).boxed()
            }
            Err(error) => stream::iter((0..count).map(move |i| (i, Err(error.clone())))).boxed(),
        })
    }

    /// As [`Chain::batch_as_completed`], as an iterator that blocks this thread while it
    /// waits; see [`Chain::invoke_blocking`] for where not to.
    pub fn batch_as_completed_blocking<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
    ) -> BlockingCompleted<O> {
        self.batch_as_completed_blocking_with(inputs, Context::current())
    }

    /// As [`Chain::batch_as_completed_with`], as an iterator that blocks this thread while it
    /// waits; see [`Chain::invoke_blocking`] for where not to.
    pub fn batch_as_completed_blocking_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> BlockingCompleted<O> {
        blocking_iter(self.batch_as_completed_with(inputs, OnThread(contexts)))
    }

    /// As [`Chain::batch_as_completed`], up to the first error: that is the last item. The calls that still run are
    /// cancelled before it is given, and no further ones start.
    ///
    /// ```
    /// use thalweg_core::Chain;
    ///
    /// let number = Chain::new(|text: String| text.parse::<i64>());
    /// let results: Vec<_> = number.try_batch_as_completed_blocking(["1", "two", "3"]).collect();
    /// assert!(matches!(&results[..], [(0, Ok(1)), (1, Err(_))]));
    /// ```
    pub fn try_batch_as_completed<T: Into<I>>(&self, inputs: impl IntoIterator<Item = T>) -> Completed<O> {
        self.try_batch_as_completed_with(inputs, Context::current())
    }

    /// As [`Chain::try_batch_as_completed`], with configurations or contexts as in [`Chain::batch_with`].
    pub fn try_batch_as_completed_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> Completed<O> {
        let results = self.batch_as_completed_with(inputs, contexts).0;
        Completed(UpToError { results: Some(results) }.boxed())
    }

    /// As [`Chain::try_batch_as_completed`], as an iterator that blocks this thread while it
    /// waits; see [`Chain::invoke_blocking`] for where not to.
    pub fn try_batch_as_completed_blocking<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
    ) -> BlockingCompleted<O> {
        self.try_batch_as_completed_blocking_with(inputs, Context::current())
    }

    /// As [`Chain::try_batch_as_completed_with`], as an iterator that blocks this thread while it
    /// waits; see [`Chain::invoke_blocking`] for where not to.
    pub fn try_batch_as_completed_blocking_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> BlockingCompleted<O> {
        blocking_iter(self.try_batch_as_completed_with(inputs, OnThread(contexts)))
    }
}

/// Results up to the first error. What still runs then is dropped before the error is given.
struct UpToError<S> {
    results: Option<S>,
}

impl<T, S: Stream<Item = (usize, Result<T>)> + Unpin> Stream for UpToError<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<S::Item>> {
        let Some(results) = &mut self.results else { return Poll::Ready(None) };
        let next = ready!(Pin::new(results).poll_next(cx));
        if !matches!(next, Some((_, Ok(_)))) {
            self.results = None;
        }
        Poll::Ready(next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.results {
            None => (0, Some(0)),
            // An error may be the next item, and the last.
            Some(results) => {
                let (least, most) = results.size_hint();
                (least.min(1), most)
            }
        }
    }
}

/// The results of a batch as they come, each with the position of its input; made by
/// [`Chain::batch_as_completed`] and [`Chain::try_batch_as_completed`].
///
/// ```
/// use futures_util::StreamExt;
/// use thalweg_core::Chain;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let shout = Chain::new(|text: String| text.to_uppercase());
/// let mut completed = shout.batch_as_completed(["a", "b"]);
/// while let Some((position, result)) = completed.next().await {
///     assert_eq!(result?, ["A", "B"][position]);
/// }
/// # Ok::<(), thalweg_core::Error>(()) }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Completed<O: Value>(BoxStream<'static, (usize, Result<O>)>);

impl<O: Value> Stream for Completed<O> {
    type Item = (usize, Result<O>);

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<O: Value> fmt::Debug for Completed<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completed").field("of", &std::any::type_name::<O>()).finish_non_exhaustive()
    }
}

/// The results of a batch as they come, as an iterator that blocks its thread while it waits; made by
/// [`Chain::batch_as_completed_blocking`].
///
/// ```
/// let shout = thalweg_core::Chain::new(|text: String| text.to_uppercase());
/// let mut results: Vec<_> = shout
///     .batch_as_completed_blocking(["a", "b"])
///     .map(|(position, result)| Ok((position, result?)))
///     .collect::<Result<_, thalweg_core::Error>>()?;
/// results.sort();
/// assert_eq!(results, [(0, "A".to_owned()), (1, "B".to_owned())]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub type BlockingCompleted<O> = BlockingIter<Completed<O>>;
