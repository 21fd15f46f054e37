//! Models' results as plain objects, as several views show them.

use crate::output::{GeneratedMessage, Generation, LlmResult};
use crate::value::{Dynamic, Map};

/// A model's result as an object of `generations` and `llm_output`.
pub(super) fn plain_result(result: &LlmResult, generation: impl Fn(&Generation) -> Map) -> Map {
    let generations = result
        .generations
        .iter()
        .map(|list| Dynamic::List(list.iter().map(|one| Dynamic::from(generation(one))).collect()));
    object([
        ("generations", Dynamic::List(generations.collect())),
        ("llm_output", null_if_empty(&result.llm_output)),
    ])
}

/// A generation as an object of `text`, `generation_info` and a `type`.
pub(super) fn plain_generation(generation: &Generation, kind: &'static str) -> Map {
    object([
        ("text", generation.text.clone().into()),
        ("generation_info", null_if_empty(&generation.generation_info)),
        ("type", kind.into()),
    ])
}

pub(super) fn object<const N: usize>(entries: [(&'static str, Dynamic); N]) -> Map {
    entries.into_iter().collect()
}

/// The message of a chat model's generation.
pub(super) fn message(message: GeneratedMessage) -> Dynamic {
    match message {
        GeneratedMessage::Message(message) => message.into(),
        GeneratedMessage::Chunk(chunk) => chunk.into(),
    }
}

fn null_if_empty(map: &Map) -> Dynamic {
    if map.is_empty() { Dynamic::Null } else { map.clone().into() }
}
