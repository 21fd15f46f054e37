//! JSON in a model's answer.

use thalweg_core::ErrorKind;
use thalweg_core::parse::json::{JsonDiff, JsonParser, PartialJson, parse_partial_json};
use thalweg_core::value::Dynamic;

use super::{Cut, written};

/// Reads an answer with JSON in it in pieces and at once: both give the same value, which is that of `serde_json`
/// if the text is JSON; what was shown before does not change.
pub(crate) fn fuzz_json(data: &[u8]) {
    let Some(cut) = Cut::new(data) else { return };
    let text = cut.text.as_str();
    let (mut parser, mut diff, mut partial) = (JsonParser::new(), JsonDiff::new(), PartialJson::new());
    let mut shown = Vec::new();
    for piece in cut.pieces() {
        parser.push(piece);
        partial.push(piece);
        let change = parser.take_change();
        if let Some(change) = &change {
            shown.push((change.value().to_string(), change.value().clone()));
            assert!(!change.paths().is_empty() || change.before().is_some());
        }
        assert_eq!(diff.push(piece).is_some(), change.is_some());
        assert_eq!(
            partial.snapshot().map(|value| written(&value)),
            partial.snapshot().map(|value| written(&value))
        );
    }
    assert!(shown.iter().all(|(text, value)| value.to_string() == *text));
    let read = parser.finish();
    let mut whole = JsonParser::new();
    whole.push(text);
    match (&read, whole.finish()) {
        (Ok(one), Ok(other)) => assert_eq!(written(one), written(&other)),
        (Err(one), Err(_)) => assert_eq!(one.kind(), ErrorKind::Parse),
        (one, other) => panic!("in pieces {one:?}, at once {other:?}"),
    }
    let partial = partial.finish().ok();
    assert_eq!(parse_partial_json(text).map(|value| written(&value)), partial.as_ref().map(written));
    if let Ok(json) = serde_json::from_str::<Dynamic>(text) {
        let same = |value: &Dynamic| {
            let value = Dynamic::parse(&value.to_string()).unwrap();
            assert_eq!(value, Dynamic::parse(&json.to_string()).unwrap(), "{text}");
        };
        same(&partial.unwrap());
        if !text.contains("action_input") {
            same(&read.unwrap());
        }
    }
}
