//! The parsers, without any run around them.

mod cost;
mod fuzz;
pub(crate) mod properties;
mod recorded;
mod shared;

use thalweg_core::value::{Dynamic, Map};

/// A value in the form of the recorded files, in which every number is JSON.
fn written(value: &Dynamic) -> Dynamic {
    let special = |kind: &str, text: &str| {
        Dynamic::Map([("$", Dynamic::from(kind)), ("v", Dynamic::from(text))].into_iter().collect())
    };
    match value {
        Dynamic::BigInt(digits) => special("big", digits),
        Dynamic::Float(n) if n.is_nan() => special("float", "nan"),
        Dynamic::Float(n) if n.is_infinite() => special("float", if *n > 0.0 { "inf" } else { "-inf" }),
        Dynamic::List(list) => Dynamic::List(list.iter().map(written).collect()),
        Dynamic::Map(map) => Dynamic::Map(written_map(map)),
        other => other.clone(),
    }
}

fn written_map(map: &Map) -> Map {
    map.iter().map(|(key, value)| (key.clone(), written(value))).collect()
}

/// A text in pieces that are about `len` bytes long.
fn pieces(text: &str, len: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (len.min(rest.len())..).find(|end| rest.is_char_boundary(*end)).unwrap();
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}
