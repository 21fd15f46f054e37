//! What events carry, as text.

use thalweg::run::Run;
use thalweg::value::{Dynamic, Text};

/// A chunk, as it is shown.
pub(super) enum Shown {
    /// A piece of a text that grows.
    Piece(String),
    /// Any other value, as JSON.
    Value(String),
}

/// What a chunk or an output shows: of messages and generations the text, of other values the JSON.
pub(super) fn shown(value: &Dynamic) -> Shown {
    match value {
        Dynamic::Text(text) => Shown::Piece(text.to_string()),
        Dynamic::Chunk(chunk) => Shown::Piece(chunk.text().into_owned()),
        Dynamic::Message(message) => Shown::Piece(message.text().into_owned()),
        Dynamic::Generation(generation) => Shown::Piece(generation.text.to_string()),
        Dynamic::LlmResult(result) => {
            let first = result.generations.iter().flatten().next();
            Shown::Piece(first.map(|generation| generation.text.to_string()).unwrap_or_default())
        }
        other => Shown::Value(other.to_string()),
    }
}

/// The same in one line: a text as JSON shows it.
pub(super) fn line(value: &Dynamic) -> String {
    match shown(value) {
        Shown::Piece(text) => Dynamic::from(text).to_string(),
        Shown::Value(json) => json,
    }
}

/// A run's tags as a list in words.
pub(super) fn tags(run: &Run) -> String {
    run.tags().iter().map(Text::as_str).collect::<Vec<_>>().join(", ")
}
