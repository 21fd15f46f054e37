//! Batches from the inside: several calls of one stage, each with a context of its own.

use std::sync::Arc;

use futures_util::stream::StreamExt;

use super::fanout::Fanout;
use super::stage::Stage;
use crate::context::Context;
use crate::error::Result;
use crate::value::Value;

/// One call of a batch.
pub(crate) type Call<I> = (I, Context);

/// What a failure means for the rest of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Nothing: every input has its own result.
    All,
    /// The batch has failed.
    FailFast,
}

/// The results of a batch, in the order of its inputs; fails as a whole only in [`Mode::FailFast`].
pub(crate) type Results<O> = Result<Vec<Result<O>>>;

/// Whether the calls want langchain-core's behaviour.
pub(crate) fn is_compat<I>(calls: &[Call<I>]) -> bool {
    calls.first().is_some_and(|(_, context)| context.is_compat())
        // Bounds are kept by each invocation for itself.
        && calls.iter().all(|(_, context)| context.bound().is_none())
}

/// A batch of independent invocations beside each other, within the limit of the first call's tree. No more of them
/// exist at once than may run.
pub(crate) async fn each<I: Value, O: Value, S: Stage<I, O> + ?Sized>(
    stage: &S,
    calls: Vec<Call<I>>,
    mode: Mode,
) -> Results<O> {
    let Some((_, first)) = calls.first() else { return Ok(Vec::new()) };
    let context = first.clone();
    // langchain-core lets the others end and gives the error of the first input that has one.
    let at_once = mode == Mode::FailFast && !context.is_compat();
    let mut results: Vec<Option<Result<O>>> = Vec::new();
    results.resize_with(calls.len(), || None);
    let mut running =
        Fanout::new(&context, calls.into_iter().map(|(input, context)| stage.invoke(input, context)));
    while let Some((index, result)) = running.next().await {
        match result {
            // What still runs is cancelled before the batch fails.
            Err(error) if at_once => return Err(error),
            result => {
                if let Some(slot) = results.get_mut(index) {
                    *slot = Some(result);
                }
            }
        }
    }
    drop(running);
    // The fan-out has given each position once.
    settle(results.into_iter().flatten().collect(), mode)
}

/// The results, or the first error among them if one failure fails the batch.
pub(crate) fn settle<O>(results: Vec<Result<O>>, mode: Mode) -> Results<O> {
    match mode {
        Mode::All => Ok(results),
        Mode::FailFast => results.into_iter().map(|result| result.map(Ok)).collect(),
    }
}

/// A batch of those inputs that are still there; the failed ones keep their place.
pub(crate) async fn of_the_rest<I: Value, O: Value>(
    stage: &Arc<dyn Stage<I, O>>,
    lanes: Vec<Result<I>>,
    contexts: impl Iterator<Item = Context>,
    mode: Mode,
) -> Results<O> {
    let mut calls = Vec::with_capacity(lanes.len());
    let mut failed = Vec::with_capacity(lanes.len());
    for (lane, context) in lanes.into_iter().zip(contexts) {
        match lane {
            Ok(input) => {
                calls.push((input, context));
                failed.push(None);
            }
            Err(error) => failed.push(Some(error)),
        }
    }
    if calls.is_empty() {
        return Ok(failed.into_iter().flatten().map(Err).collect());
    }
    let mut results = stage.batch(calls, mode).await?.into_iter();
    // A batch gives as many results as it took calls.
    Ok(failed.into_iter().filter_map(|failed| failed.map(Err).or_else(|| results.next())).collect())
}
