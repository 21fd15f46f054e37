//! Retried batches as langchain-core makes them: each attempt is a batch of the inputs that have not succeeded yet.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::{RetryPolicy, attempt_context, pause};
use crate::config::Config;
use crate::engine::Runs;
use crate::error::{Error, Result};
use crate::run::RunKind;
use crate::runnable::Chain;
use crate::runnable::batched::{Call, Mode, Results, settle};
use crate::runnable::complete::complete;
use crate::value::Value;

pub(super) async fn together<I: Value, O: Value>(
    bound: &Chain<I, O>,
    policy: &RetryPolicy,
    name: Cow<'_, str>,
    calls: Vec<Call<I>>,
    mode: Mode,
) -> Results<O> {
    let runs = Runs::start(RunKind::Chain, &name, &calls).await?;
    let contexts = runs.contexts();
    let inputs: Vec<I> = calls.into_iter().map(|(input, _)| input).collect();
    let count = inputs.len();
    let calls: Vec<_> = inputs.into_iter().zip(contexts).collect();
    let results = match attempts(bound, policy, &calls).await {
        Ok(results) => Ok(results),
        Err(error) if mode == Mode::All => Ok((0..count).map(|_| Err(error.clone())).collect()),
        Err(error) => Err(error),
    };
    settle(runs.close(results).await?, mode)
}

async fn attempts<I: Value, O: Value>(
    bound: &Chain<I, O>,
    policy: &RetryPolicy,
    calls: &[Call<I>],
) -> Result<Vec<Result<O>>> {
    let mut done: Vec<Option<O>> = calls.iter().map(|_| None).collect();
    let mut number = 1;
    let last: Vec<Result<O>> = loop {
        // An attempt goes through langchain-core's binding, which completes its configuration.
        let context = |context| complete(attempt_context(context, number), &Config::new());
        let pending: Vec<_> = calls
            .iter()
            .zip(&done)
            .filter(|(_, done)| done.is_none())
            .map(|((input, inner), _)| (input.clone(), context(inner)))
            .collect();
        let results = bound.stage().batch(pending, Mode::All).await?;
        let open = done.iter_mut().filter(|done| done.is_none());
        for (slot, result) in open.zip(&results) {
            *slot = result.as_ref().ok().cloned();
        }
        let first: Option<Error> = results.iter().find_map(|result| result.as_ref().err().cloned());
        let Some(error) = first else { break results };
        // The first failure speaks for all.
        if !policy.is_retried(&error) {
            return Err(error);
        }
        if !policy.goes_on(number, &error) {
            break results;
        }
        if let Some((_, context)) = calls.first() {
            pause(policy, number, context, &error).await?;
        }
        number += 1;
    };
    // What has not succeeded takes the last attempt's results in turn, whichever inputs they belong to.
    let mut last = VecDeque::from(last);
    Ok(done.into_iter().filter_map(|done| done.map(Ok).or_else(|| last.pop_front())).collect())
}
