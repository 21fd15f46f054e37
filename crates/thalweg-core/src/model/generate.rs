//! Several prompts in one call, each in a run of its own, with a result that names the runs.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::StreamExt;

use super::family::Family;
use super::family::Generated;
use super::runnable::Model;
use super::{CallOptions, Chat, Llm, invoke};
use crate::block_on::block_on;
use crate::context::{Context, IntoContext};
use crate::engine::{OpenRun, Watch};
use crate::error::{Error, Result};
use crate::message::Message;
use crate::output::LlmResult;
use crate::run::RunKind;
use crate::runnable::Fanout;
use crate::value::{Map, Text};

impl Chat {
    /// Answers several lists of messages beside each other. All runs start, in order, before the first question is
    /// asked, and end, in order, after the last answer has come.
    ///
    /// ```
    /// use thalweg_core::message::Message;
    /// use thalweg_core::model::{Chat, ScriptedChat};
    ///
    /// let model = Chat::new(ScriptedChat::new(["Why not?"]));
    /// let result = model.generate_blocking([vec![Message::human("Tell me a joke")]])?;
    /// assert_eq!(result.generations[0][0].text, "Why not?");
    /// assert_eq!(result.runs.len(), 1);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// The first error in the order of the prompts. The other answers are waited for, so that their runs end well.
    pub async fn generate(&self, prompts: impl IntoIterator<Item = Vec<Message>>) -> Result<LlmResult> {
        self.generate_with(prompts, Context::current()).await
    }

    /// As [`generate`](Self::generate), at a place in the run tree or with a configuration. A run id in it is that of
    /// the first run.
    pub async fn generate_with(
        &self,
        prompts: impl IntoIterator<Item = Vec<Message>>,
        context: impl IntoContext,
    ) -> Result<LlmResult> {
        let prompts = prompts.into_iter().map(Arc::from).collect();
        all(self, prompts, CallOptions::new(), context.into_context()).await
    }

    /// As [`generate`](Self::generate), blocking this thread until it is done; see
    /// [`Chain::invoke_blocking`](crate::Chain::invoke_blocking) for where not to.
    pub fn generate_blocking(&self, prompts: impl IntoIterator<Item = Vec<Message>>) -> Result<LlmResult> {
        block_on(self.generate_with(prompts, Context::current().blocking()))
    }
}

impl Llm {
    /// Answers several texts; see [`Chat::generate`].
    pub async fn generate<T: Into<Text>>(&self, prompts: impl IntoIterator<Item = T>) -> Result<LlmResult> {
        self.generate_with(prompts, Context::current()).await
    }

    /// As [`generate`](Self::generate), at a place in the run tree or with a configuration. A run id in it is that of
    /// the first run.
    pub async fn generate_with<T: Into<Text>>(
        &self,
        prompts: impl IntoIterator<Item = T>,
        context: impl IntoContext,
    ) -> Result<LlmResult> {
        let prompts = prompts.into_iter().map(Into::into).collect();
        all(self, prompts, CallOptions::new(), context.into_context()).await
    }

    /// As [`generate`](Self::generate), blocking this thread until it is done; see
    /// [`Chain::invoke_blocking`](crate::Chain::invoke_blocking) for where not to.
    pub fn generate_blocking<T: Into<Text>>(
        &self,
        prompts: impl IntoIterator<Item = T>,
    ) -> Result<LlmResult> {
        block_on(self.generate_with(prompts, Context::current().blocking()))
    }
}

/// Answers all prompts.
async fn all<F: Family>(
    model: &Model<F>,
    prompts: Vec<F::Prompt>,
    options: CallOptions,
    mut context: Context,
) -> Result<LlmResult> {
    let mut open = Vec::with_capacity(prompts.len());
    // Each run has its own time, from when its question is asked.
    for prompt in &prompts {
        let mut run = OpenRun::new(model.make_run(context.clone().renewed(), &options));
        run.start(|| Some(F::prompt_to_dynamic(prompt))).await?;
        open.push(run);
        if let Some(once) = &mut context.once {
            once.run_id = None;
        }
    }
    let together = context.is_compat() && F::KIND == RunKind::Llm;
    let mut results = if together {
        one_after_the_other(model, &prompts, &options, &open).await
    } else {
        beside_each_other(model, &prompts, &options, &open, &context).await
    };
    if together && let Some(error) = results.iter().find_map(|result| result.as_ref().err()).cloned() {
        // There a text model answers all prompts or none.
        results = open.iter().map(|_| Err(error.clone())).collect();
    }
    close::<F>(open, results).await
}

/// The results in order; the first error is the last result.
async fn one_after_the_other<F: Family>(
    model: &Model<F>,
    prompts: &[F::Prompt],
    options: &CallOptions,
    open: &[OpenRun],
) -> Vec<Result<Generated>> {
    let mut results = Vec::with_capacity(prompts.len());
    for (prompt, open) in prompts.iter().zip(open) {
        let result =
            invoke::answer(model, prompt.clone(), options.clone(), open, Watch::over(open.run())).await;
        let failed = result.is_err();
        results.push(result);
        if failed {
            break;
        }
    }
    results
}

async fn beside_each_other<F: Family>(
    model: &Model<F>,
    prompts: &[F::Prompt],
    options: &CallOptions,
    open: &[OpenRun],
    context: &Context,
) -> Vec<Result<Generated>> {
    // Boxed one by one: the compiler can't tell that a closure over both lists gives futures that may move to
    // another thread.
    let mut answers: Vec<BoxFuture<'_, Result<Generated>>> = Vec::with_capacity(prompts.len());
    for (prompt, open) in prompts.iter().zip(open) {
        answers.push(Box::pin(invoke::answer(
            model,
            prompt.clone(),
            options.clone(),
            open,
            Watch::over(open.run()),
        )));
    }
    let mut done: Vec<_> = Fanout::new(context, answers.into_iter()).collect().await;
    done.sort_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Closes the runs: first those that failed, then the others, each in order.
async fn close<F: Family>(open: Vec<OpenRun>, results: Vec<Result<Generated>>) -> Result<LlmResult> {
    let mut runs = Vec::with_capacity(open.len());
    let mut well = Vec::with_capacity(open.len());
    let mut first: Option<Error> = None;
    for (open, result) in open.into_iter().zip(results) {
        runs.push(open.run().id());
        match result {
            Ok(generated) => well.push((open, generated)),
            Err(error) => {
                let error = invoke::fail::<F>(open, error).await;
                first.get_or_insert(error);
            }
        }
    }
    let mut generations = Vec::with_capacity(well.len());
    for (open, generated) in well {
        match invoke::end(open, generated).await {
            Ok(generated) => generations.push(generated.generations),
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    match first {
        Some(error) => Err(error),
        None => Ok(LlmResult { generations, llm_output: Map::new(), runs }),
    }
}
