//! Batches whose runs belong together: all start before the work and end after it, as langchain-core's do for some
//! compositions.

use super::OpenRun;
use crate::context::Context;
use crate::error::Result;
use crate::run::RunKind;
use crate::value::{Dynamic, Text, Value};

/// The runs of one batch, one for each input, in the order of the inputs.
pub(crate) struct Runs(Vec<(OpenRun, Context)>);

impl Runs {
    /// Makes and starts a run for each call.
    pub(crate) async fn start<I: Value>(kind: RunKind, name: &str, calls: &[(I, Context)]) -> Result<Self> {
        Self::start_shown(kind, name, calls, |input, _| input).await
    }

    /// As [`Runs::start`], with each input told as `shown` makes it.
    pub(crate) async fn start_shown<I: Value>(
        kind: RunKind,
        name: &str,
        calls: &[(I, Context)],
        shown: fn(Dynamic, &Context) -> Dynamic,
    ) -> Result<Self> {
        let mut runs = Vec::with_capacity(calls.len());
        for (input, context) in calls {
            let options = context.options.clone();
            let shown = || Some(shown(input.to_dynamic(), context));
            let mut open = OpenRun::new(context.clone().make_run(kind, || Text::from(name), None));
            open.start(shown).await?;
            let inner = open.context().with_options(options);
            runs.push((open, inner));
        }
        Ok(Self(runs))
    }

    /// The contexts for what runs inside, with the options of the calls.
    pub(crate) fn contexts(&self) -> Vec<Context> {
        self.0.iter().map(|(_, context)| context.clone()).collect()
    }

    /// Closes each run by its own result, or all of them by the error of the whole batch.
    pub(crate) async fn close<O: Value>(self, results: Result<Vec<Result<O>>>) -> Result<Vec<Result<O>>> {
        match results {
            Ok(results) => {
                let mut closed = Vec::with_capacity(results.len());
                for ((open, _), result) in self.0.into_iter().zip(results) {
                    closed.push(open.close(result, O::to_dynamic).await);
                }
                Ok(closed)
            }
            Err(error) => {
                for (open, _) in self.0 {
                    // The error is the batch's, whatever those say who hear of it.
                    let _ = open.close::<O>(Err(error.clone()), O::to_dynamic).await;
                }
                Err(error)
            }
        }
    }

    /// The runs themselves, for those that close them one by one.
    pub(crate) fn into_open(self) -> Vec<OpenRun> {
        self.0.into_iter().map(|(open, _)| open).collect()
    }
}
