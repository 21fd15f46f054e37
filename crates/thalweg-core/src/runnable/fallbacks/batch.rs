//! Batches of fallbacks as langchain-core makes them: each chain takes a batch of the inputs for which none before has
//! succeeded.

use std::borrow::Cow;

use futures_util::future::BoxFuture;

use super::Fallbacks;
use crate::context::Context;
use crate::engine::{OpenRun, Runs};
use crate::error::Result;
use crate::run::RunKind;
use crate::runnable::batched::{Call, Mode, Results, of_the_rest};
use crate::value::{Dynamic, Text, Value};

/// One input on its way through the chains.
struct Lane<I, O> {
    input: I,
    /// Open until the input's result is known.
    open: Option<OpenRun>,
    result: Option<Result<O>>,
    /// Whether no further chain is tried.
    settled: bool,
}

pub(super) async fn together<I: Value, O: Value>(
    fallbacks: &Fallbacks<I, O>,
    name: Cow<'_, str>,
    calls: Vec<Call<I>>,
    mode: Mode,
) -> Results<O> {
    for (input, _) in &calls {
        fallbacks.check(input)?;
    }
    let runs = Runs::start_shown(RunKind::Chain, &name, &calls, wrapped).await?;
    let contexts = runs.contexts();
    let mut lanes: Vec<Lane<I, O>> = calls
        .into_iter()
        .zip(runs.into_open())
        .map(|((input, _), open)| Lane { input, open: Some(open), result: None, settled: false })
        .collect();
    for chain in fallbacks.chains.iter() {
        let open: Vec<usize> =
            (0..lanes.len()).filter(|i| lanes.get(*i).is_some_and(|l| !l.settled)).collect();
        if open.is_empty() {
            break;
        }
        let pending = open.iter().filter_map(|i| lanes.get(*i)).map(|lane| Ok(lane.input.clone())).collect();
        let inner = open.iter().filter_map(|i| contexts.get(*i)).cloned();
        let results = of_the_rest(chain.stage(), pending, inner, Mode::All).await?;
        for (index, result) in open.into_iter().zip(results) {
            let Some(lane) = lanes.get_mut(index) else { continue };
            match result {
                Ok(output) => {
                    lane.settled = true;
                    lane.result = Some(close(lane.open.take(), Ok(output)).await);
                }
                Err(error) if (fallbacks.when)(&error) => {
                    lane.input = fallbacks.put(lane.input.clone(), &error);
                    lane.result = Some(Err(error));
                }
                // The other runs are left open by langchain-core; here they are cancelled.
                Err(error) if mode == Mode::FailFast => return Err(error),
                Err(error) => {
                    lane.settled = true;
                    lane.result = Some(Err(error));
                }
            }
        }
    }
    let mut results = Vec::with_capacity(lanes.len());
    for lane in lanes {
        if let Some(result) = lane.result {
            results.push(close(lane.open, result).await);
        }
    }
    crate::runnable::batched::settle(results, mode)
}

/// The input of a run as it is shown: the synchronous method of langchain-core's wraps it.
fn wrapped(input: Dynamic, context: &Context) -> Dynamic {
    if !context.is_compat_sync() || matches!(input, Dynamic::Map(_)) {
        return input;
    }
    Dynamic::Map([(Text::from("input"), input)].into_iter().collect())
}

fn close<O: Value>(open: Option<OpenRun>, result: Result<O>) -> BoxFuture<'static, Result<O>> {
    Box::pin(async move {
        match open {
            Some(open) => open.close(result, O::to_dynamic).await,
            None => result,
        }
    })
}
