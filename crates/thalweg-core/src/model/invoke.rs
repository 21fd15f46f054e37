//! One call of a model for a whole answer.

use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::StreamExt;

use super::CallOptions;
use super::chat::{contradiction, nothing_generated};
use super::family::{Family, Generated};
use super::runnable::Model;
use super::stream::message_id;
use crate::ambient::Scoped;
use crate::engine::{OpenRun, Watch, wait};
use crate::error::{Error, Result};
use crate::output::{Generation, LlmResult};
use crate::run::Run;
use crate::value::{Dynamic, Map, Text};

/// Asks the model inside `run`.
pub(super) async fn one<F: Family>(
    model: &Model<F>,
    prompt: F::Prompt,
    options: CallOptions,
    run: Arc<Run>,
) -> Result<Generation> {
    let watch = Watch::begin(&run);
    let mut open = OpenRun::new(run);
    open.start(|| Some(F::prompt_to_dynamic(&prompt))).await?;
    match answer(model, prompt, options, &open, watch).await {
        Ok(generated) => {
            end(open, generated).await?.generations.into_iter().next().ok_or_else(nothing_generated)
        }
        Err(error) => Err(fail::<F>(open, error).await),
    }
}

/// Asks the model inside a run that has started. If somebody wants tokens, the model streams although its caller does
/// not see it.
pub(super) async fn answer<F: Family>(
    model: &Model<F>,
    prompt: F::Prompt,
    options: CallOptions,
    open: &OpenRun,
    watch: Option<Box<Watch>>,
) -> Result<Generated> {
    let run = open.run();
    let answer = async {
        if model.streams_inside(run) {
            streamed(model, prompt, options, open).await
        } else {
            model.ask(prompt, options).await
        }
    };
    let answer = pin!(Scoped::new(open.place(), answer));
    let result = match watch {
        None => answer.await,
        Some(watch) => watch.future(answer).await,
    };
    adopt::<F>(result?, run)
}

/// Ends a run with what the model has generated.
pub(super) async fn end(mut open: OpenRun, generated: Generated) -> Result<Generated> {
    let run = Arc::clone(open.run());
    let told = open.end_now(|| (Dynamic::from(to_result(&generated, &run)), None));
    wait(told).await.map_err(|error| open.locate(error))?;
    Ok(generated)
}

/// Ends a run that has failed; gives the error that its caller gets.
pub(super) async fn fail<F: Family>(mut open: OpenRun, error: Error) -> Error {
    let error = open.locate(error);
    let told = open.fail_now(&error, || (Some(F::partial(None, false).into()), None));
    open.after_failure(error, wait(told).await)
}

/// The whole answer of a model that streams to those who want tokens.
async fn streamed<F: Family>(
    model: &Model<F>,
    prompt: F::Prompt,
    options: CallOptions,
    open: &OpenRun,
) -> Result<Generated> {
    let id = message_id(open.run());
    let mut pieces = model.pieces(prompt, options);
    let mut sum = F::Sum::default();
    let mut open_shape = None;
    while let Some(piece) = pieces.next().await {
        let mut piece = piece?;
        F::adopt(&mut piece, &id);
        wait(open.stream_now(|| F::piece_to_dynamic(&piece))).await?;
        // In default mode the last piece counts.
        if !F::push(&mut sum, &piece) && open.run().scope().compat {
            return Err(contradiction());
        }
        open_shape = F::open_after(&piece);
    }
    if let Some(closing) = open_shape.and_then(|shape| F::closing(shape, &id)) {
        wait(open.stream_now(|| F::piece_to_dynamic(&closing))).await?;
        F::push(&mut sum, &closing);
    }
    let generation = F::sum(sum).map(F::whole).ok_or_else(nothing_generated)?;
    Ok(Generated { generations: vec![generation], llm_output: Map::new() })
}

fn adopt<F: Family>(mut generated: Generated, run: &Arc<Run>) -> Result<Generated> {
    if generated.generations.is_empty() {
        return Err(nothing_generated());
    }
    let alone = generated.generations.len() == 1;
    for (i, generation) in generated.generations.iter_mut().enumerate() {
        let id = || Text::from(format!("{}-{i}", message_id(run)));
        F::adopt_whole(generation, id, if alone { &generated.llm_output } else { &NOTHING });
    }
    Ok(generated)
}

static NOTHING: Map = Map::new();

fn to_result(generated: &Generated, run: &Arc<Run>) -> LlmResult {
    LlmResult {
        generations: vec![generated.generations.clone()],
        llm_output: generated.llm_output.clone(),
        runs: vec![run.id()],
    }
}
