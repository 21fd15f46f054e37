//! What must hold for any input of the parsers and templates: one function for each, which takes any bytes.
//!
//! The tests call them with the kept inputs in `tests/corpus`, and the targets in `fuzz/` with new ones.
#![allow(dead_code, reason = "each target is a program of its own")]

mod json;
mod list;
mod template;
mod xml;

pub(crate) use json::fuzz_json;
pub(crate) use list::fuzz_list;
pub(crate) use template::{FORMATS, fuzz_template, values};
pub(crate) use xml::fuzz_xml;

use thalweg_core::value::{Dynamic, Map};

/// The first byte says how long the pieces are in turns, the rest is the text.
struct Cut {
    text: String,
    lens: [usize; 2],
}

impl Cut {
    fn new(data: &[u8]) -> Option<Self> {
        let (len, text) = data.split_first()?;
        let lens = [1 + usize::from(len % 32), 1 + usize::from(len / 32)];
        Some(Self { text: String::from_utf8_lossy(text).into_owned(), lens })
    }

    fn pieces(&self) -> Vec<&str> {
        cut(&self.text, &self.lens)
    }
}

/// A text in pieces of about these lengths in turns.
pub(crate) fn cut<'a>(text: &'a str, lens: &[usize]) -> Vec<&'a str> {
    let mut rest = text;
    let mut all = Vec::new();
    for len in lens.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let end = (*len.min(&rest.len())..).find(|end| rest.is_char_boundary(*end)).unwrap();
        let (piece, after) = rest.split_at(end);
        all.push(piece);
        rest = after;
    }
    all
}

/// A value in the form of the recorded files, in which every number is JSON.
pub(crate) fn written(value: &Dynamic) -> Dynamic {
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
