//! Compositions from outside.

mod laws;
mod limits;
mod recorded;
mod shared;
mod steps;
mod streams;

use futures_util::{StreamExt, stream};
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, ChunkStream, Error, Result, generator, lambda_stream};

type Step = Chain<Dynamic, Dynamic>;

/// A function over dynamic values.
fn step(name: &str, function: impl Fn(Dynamic) -> Dynamic + Send + Sync + 'static) -> Step {
    Chain::new(function).named(name)
}

fn text(value: &Dynamic) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn upper() -> Step {
    step("upper", |value| text(&value).to_uppercase().into())
}

/// The words of a text, each with the space before it, one by one.
fn yield_words() -> Step {
    lambda_stream(|value: Dynamic| {
        let whole = text(&value);
        let mut words: Vec<String> = Vec::new();
        for c in whole.chars() {
            match words.last_mut() {
                Some(word) if c != ' ' => word.push(c),
                _ => words.push(c.into()),
            }
        }
        stream::iter(words.into_iter().map(Dynamic::from))
    })
    .named("yield_words")
}

/// These values, one by one.
fn yield_values(values: Vec<Dynamic>) -> Step {
    lambda_stream(move |_: Dynamic| stream::iter(values.clone())).named("yield_values")
}

fn upper_each() -> Step {
    generator(|chunks: ChunkStream<Dynamic>| {
        chunks.map(|chunk| -> Result<Dynamic> { Ok(text(&chunk?).to_uppercase().into()) })
    })
    .named("upper_each")
}

/// Reads its input to the end and gives nothing.
fn swallow() -> Step {
    generator(|chunks: ChunkStream<Dynamic>| chunks.filter(|chunk| std::future::ready(chunk.is_err())))
        .named("swallow")
}

/// A function that fails.
fn fail(message: &'static str) -> Step {
    Chain::new(move |_: Dynamic| -> Result<Dynamic> { Err(Error::other(message)) }).named("fail")
}

/// Hands on its input after others have had their turn so many times.
fn late(turns: usize) -> Step {
    thalweg_core::lambda(move |value: Dynamic| async move {
        for _ in 0..turns {
            crate::support::turn_away().await;
        }
        value
    })
    .named("late")
}

/// Hands on its chunks, each after others have had their turn.
fn late_each() -> Step {
    generator(|chunks: ChunkStream<Dynamic>| {
        chunks.then(|chunk| async move {
            crate::support::turn_away().await;
            chunk
        })
    })
    .named("late_each")
}

fn dynamic(map: Map) -> Dynamic {
    map.into()
}
