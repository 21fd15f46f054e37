//! Templates, against what langchain-core makes of them.

mod fuzz;
#[cfg(feature = "jinja")]
mod jinja;
mod notation;
mod properties;
mod recorded;
mod refused;

use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Error, ErrorKind};

/// The lines of a file in `tests/data/template`.
pub(crate) fn recorded(file: &str) -> Vec<Dynamic> {
    let path = format!("{}/tests/data/template/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.split_terminator('\n').map(|line| Dynamic::parse(line).unwrap()).collect()
}

/// The class of Python's errors that an error of ours stands for, of those that prompts raise.
pub(crate) fn class(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::MissingVariable => "KeyError",
        // What is in a placeholder is judged there by its value, not by its type.
        ErrorKind::InputType if error.fact("placeholder").is_none() => "TypeError",
        _ => "ValueError",
    }
}

/// What langchain-core raises, as far as it is told apart here.
pub(crate) fn recorded_class(case: &Dynamic) -> Option<&str> {
    Some(match case.get("error")?.as_str()? {
        "KeyError" => "KeyError",
        "TypeError" => "TypeError",
        _ => "ValueError",
    })
}

pub(crate) fn vars<const N: usize>(entries: [(&str, Dynamic); N]) -> Map {
    entries.into_iter().collect()
}
