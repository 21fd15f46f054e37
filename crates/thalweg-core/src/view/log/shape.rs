//! What a run log shows of runs and values.

use web_time::SystemTime;

use crate::message::Content;
use crate::output::Generation;
use crate::run::{Run, RunKind};
use crate::timestamp::Timestamp;
use crate::value::{Dynamic, List, Map, Text};
use crate::view::plain::{self, object, plain_generation, plain_result};

/// The entry of a run that starts.
pub(super) fn entry(run: &Run, time: SystemTime) -> Dynamic {
    let empty = || Dynamic::List(List::new());
    object([
        ("id", run.id().to_string().into()),
        ("name", run.name().clone().into()),
        ("type", run.logged_kind().into()),
        ("tags", run.tags().to_vec().into()),
        ("metadata", run.metadata().clone().into()),
        ("start_time", Timestamp(time).to_string().into()),
        ("streamed_output", empty()),
        ("streamed_output_str", empty()),
        ("final_output", Dynamic::Null),
        ("end_time", Dynamic::Null),
    ])
    .into()
}

/// The text of a model's chunk, or its content if that is a list.
pub(super) fn token(chunk: &Dynamic) -> Dynamic {
    match chunk {
        Dynamic::Chunk(chunk) => content(chunk.content()),
        Dynamic::Message(message) => content(message.content()),
        Dynamic::Generation(generation) => match &generation.message {
            Some(message) => token(&plain::message(message.clone())),
            None => generation.text.clone().into(),
        },
        other => other.clone(),
    }
}

fn content(content: &Content) -> Dynamic {
    match content {
        Content::Text(text) => text.clone().into(),
        Content::Blocks(_) => content.to_dynamic(),
    }
}

/// A run's chunk: of a chat model the message, of a text model the text.
pub(super) fn streamed(run: &Run, chunk: Dynamic) -> Dynamic {
    match &chunk {
        Dynamic::Generation(generation) if run.kind().is_model() => match &generation.message {
            Some(message) => plain::message(message.clone()),
            None => generation.text.clone().into(),
        },
        _ => chunk,
    }
}

/// What the entry of a closed run shows: always an object, but for prompts.
pub(super) fn final_output(run: &Run, output: Dynamic) -> Dynamic {
    match (run.kind(), output) {
        (RunKind::Retriever, output) => object([("documents", output)]).into(),
        (RunKind::ChatModel | RunKind::Llm, Dynamic::LlmResult(result)) => {
            plain_result(&result, generated).into()
        }
        (RunKind::Prompt, output) | (RunKind::Chain | RunKind::Parser, output @ Dynamic::Map(_)) => output,
        (_, output) => object([("output", output)]).into(),
    }
}

fn generated(generation: &Generation) -> Map {
    let Some(message) = &generation.message else { return plain_generation(generation, "Generation") };
    let kind = if generation.is_chunk { "ChatGenerationChunk" } else { "ChatGeneration" };
    let mut shown = plain_generation(generation, kind);
    shown.insert(Text::from_static("message"), plain::message(message.clone()));
    shown
}
