//! Batches: several inputs, each with its own result. Those whose results are read as they come are in `completed`.

use std::future::Future;

use super::Chain;
use super::batched::{Call, Mode};
use crate::block_on::block_on;
use crate::config::Config;
use crate::context::{Context, IntoContext};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Value;

impl<I: Value, O: Value> Chain<I, O> {
    /// Gives an output or an error for each input, in the order of the inputs. The calls run beside each other, as many
    /// at once as [`Config::max_concurrency`] allows to the whole tree.
    ///
    /// ```
    /// use thalweg_core::Chain;
    ///
    /// let number = Chain::new(|text: String| text.parse::<i64>());
    /// let results = number.batch_blocking(["1", "two", "3"]);
    /// assert!(matches!(&results[..], [Ok(1), Err(_), Ok(3)]));
    /// ```
    pub fn batch<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
    ) -> impl Future<Output = Vec<Result<O>>> + Send {
        self.batch_with(inputs, Context::current())
    }

    /// As [`Chain::batch`], with a configuration or context for all calls, or a `Vec` with one for each. If there are
    /// not as many of them as inputs, every result is an error of kind `Config`. An id for the run is the first call's
    /// alone.
    ///
    /// Of several configurations the first one's [`max_concurrency`](Config::max_concurrency) holds for the whole batch
    /// and all below; another one's holds besides, inside its own call. Contexts keep the limits that they have, and the
    /// first one's is that of the batch.
    ///
    /// ```
    /// use thalweg_core::{Chain, Config, Context};
    ///
    /// let tags = Chain::new(|_: String| Context::current().tags().len());
    /// let configs = vec![Config::new(), Config::new().tag("second")];
    /// let results = tags.batch_blocking_with(["a", "b"], configs);
    /// assert!(matches!(&results[..], [Ok(0), Ok(1)]));
    /// ```
    pub fn batch_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> impl Future<Output = Vec<Result<O>>> + Send {
        let inputs = whole(inputs);
        let count = inputs.len();
        let calls = pair(inputs, contexts);
        async move {
            let results = match calls {
                Ok(calls) => self.stage().batch(calls, Mode::All).await,
                Err(error) => Err(error),
            };
            results.unwrap_or_else(|error| vec![Err(error); count])
        }
    }

    /// As [`Chain::batch`], blocking this thread until all are done; see
    /// [`Chain::invoke_blocking`] for where not to.
    pub fn batch_blocking<T: Into<I>>(&self, inputs: impl IntoIterator<Item = T>) -> Vec<Result<O>> {
        self.batch_blocking_with(inputs, Context::current())
    }

    /// As [`Chain::batch_with`], blocking this thread until all are done; see
    /// [`Chain::invoke_blocking`] for where not to.
    pub fn batch_blocking_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> Vec<Result<O>> {
        block_on(self.batch_with(inputs, OnThread(contexts)))
    }

    /// Gives the outputs for all inputs, in the order of the inputs, or the first error: the calls that still run are
    /// cancelled then, and no further ones start.
    ///
    /// ```
    /// use thalweg_core::Chain;
    ///
    /// let number = Chain::new(|text: String| text.parse::<i64>());
    /// assert_eq!(number.try_batch_blocking(["1", "2"])?, [1, 2]);
    /// assert!(number.try_batch_blocking(["1", "two"]).is_err());
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first error of a call.
    pub fn try_batch<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
    ) -> impl Future<Output = Result<Vec<O>>> + Send {
        self.try_batch_with(inputs, Context::current())
    }

    /// As [`Chain::try_batch`], with configurations or contexts as in [`Chain::batch_with`].
    ///
    /// # Errors
    /// The first error of a call, or one of kind `Config` if there are not as many configurations as inputs.
    pub fn try_batch_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> impl Future<Output = Result<Vec<O>>> + Send {
        let calls = pair(whole(inputs), contexts);
        async move { self.stage().batch(calls?, Mode::FailFast).await?.into_iter().collect() }
    }

    /// As [`Chain::try_batch`], blocking this thread until all are done; see
    /// [`Chain::invoke_blocking`] for where not to.
    ///
    /// # Errors
    /// As [`Chain::try_batch`].
    pub fn try_batch_blocking<T: Into<I>>(&self, inputs: impl IntoIterator<Item = T>) -> Result<Vec<O>> {
        self.try_batch_blocking_with(inputs, Context::current())
    }

    /// As [`Chain::try_batch_with`], blocking this thread until all are done; see
    /// [`Chain::invoke_blocking`] for where not to.
    ///
    /// # Errors
    /// As [`Chain::try_batch_with`].
    pub fn try_batch_blocking_with<T: Into<I>>(
        &self,
        inputs: impl IntoIterator<Item = T>,
        contexts: impl IntoContexts,
    ) -> Result<Vec<O>> {
        block_on(self.try_batch_with(inputs, OnThread(contexts)))
    }
}

pub(super) fn whole<I: Value, T: Into<I>>(inputs: impl IntoIterator<Item = T>) -> Vec<I> {
    inputs.into_iter().map(Into::into).collect()
}

pub(super) fn pair<I: Value>(inputs: Vec<I>, contexts: impl IntoContexts) -> Result<Vec<Call<I>>> {
    let contexts = contexts.into_contexts(inputs.len())?;
    Ok(inputs.into_iter().zip(contexts).collect())
}

/// Where the calls of a batch are made: one context or configuration for all, or a `Vec` with one for each.
///
/// ```
/// use thalweg_core::{Config, IntoContexts};
///
/// assert_eq!(Config::new().into_contexts(3)?.len(), 3);
/// assert!(vec![Config::new()].into_contexts(3).is_err());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait IntoContexts {
    /// The contexts for so many calls.
    ///
    /// # Errors
    /// One of kind `Config` if there are not as many contexts as calls.
    fn into_contexts(self, count: usize) -> Result<Vec<Context>>;
}

impl<C: IntoContext> IntoContexts for C {
    fn into_contexts(self, count: usize) -> Result<Vec<Context>> {
        let first = self.into_context();
        let mut other = first.clone();
        if let Some(once) = &mut other.once {
            // No two runs have the same id.
            once.run_id = None;
        }
        // Each call has its own time.
        let others = std::iter::repeat_with(|| other.clone().renewed());
        Ok(std::iter::once(first).chain(others).take(count).collect())
    }
}

/// Contexts for calls that block their thread.
pub(super) struct OnThread<C>(pub(super) C);

impl<C: IntoContexts> IntoContexts for OnThread<C> {
    fn into_contexts(self, count: usize) -> Result<Vec<Context>> {
        Ok(self.0.into_contexts(count)?.into_iter().map(Context::blocking).collect())
    }
}

impl IntoContexts for Vec<Config> {
    fn into_contexts(self, count: usize) -> Result<Vec<Context>> {
        let current = Context::current();
        let mut contexts: Vec<_> = self.iter().map(|config| current.with_config(config)).collect();
        if let (Some(first), Some((own, others))) = (self.first(), contexts.split_first_mut())
            && first.max_concurrency.is_some()
        {
            for (context, config) in others.iter_mut().zip(self.iter().skip(1)) {
                *context = std::mem::take(context).within(own.limit(), config.max_concurrency);
            }
        }
        contexts.into_contexts(count)
    }
}

impl IntoContexts for Vec<Context> {
    fn into_contexts(self, count: usize) -> Result<Vec<Context>> {
        if self.len() == count {
            return Ok(self.into_iter().map(IntoContext::into_context).collect());
        }
        Err(Error::new(ErrorKind::Config, "a batch needs one configuration, or one for each input")
            .with("inputs", count.to_string())
            .with("configurations", self.len().to_string()))
    }
}
