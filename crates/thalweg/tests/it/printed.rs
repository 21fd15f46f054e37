//! What examples print, and how it compares with what the documents print in Python's notation.

use serde_json::Value;

/// The lines that an example prints.
macro_rules! print {
    ($example:ident) => {{
        let mut out = Vec::new();
        crate::examples::$example::run(&mut out).await.unwrap();
        String::from_utf8(out).unwrap()
    }};
}
pub(crate) use print;

/// A value in Python's notation, of those that are printed in the documents: JSON but for the quotes.
pub(crate) fn python(text: &str) -> Value {
    let json = text.replace("\\'", "\u{1}").replace('"', "\\\"").replace('\'', "\"").replace('\u{1}', "'");
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// The JSON of a line.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The JSON of each line.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

/// An event without what differs from run to run.
pub(crate) fn without_ids(mut event: Value) -> Value {
    let object = event.as_object_mut().unwrap();
    assert!(object.remove("run_id").unwrap().as_str().is_some_and(|id| id.len() == 36));
    event
}
