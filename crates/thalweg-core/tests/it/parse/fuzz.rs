//! The fuzz targets for JSON, XML and lists, and the corpora that they are replayed on.

use thalweg_core::ErrorKind;
use thalweg_core::parse::json::{JsonDiff, JsonParser, PartialJson, parse_partial_json};
use thalweg_core::parse::list::{ListParser, ListStyle};
use thalweg_core::parse::xml::{XmlParser, parse_xml};
use thalweg_core::value::{Dynamic, Text};

use super::{pieces, written};

/// The first byte says how long the pieces are, the rest is the text.
fn cut(data: &[u8]) -> Option<(usize, String)> {
    let (len, text) = data.split_first()?;
    Some((1 + usize::from(len % 32), String::from_utf8_lossy(text).into_owned()))
}

/// Reads an answer with JSON in it in pieces and at once: both give the same value, which is that of `serde_json`
/// if the text is JSON; what was shown before does not change.
pub(crate) fn fuzz_json(data: &[u8]) {
    let Some((len, text)) = cut(data) else { return };
    let (mut parser, mut diff, mut partial) = (JsonParser::new(), JsonDiff::new(), PartialJson::new());
    let mut shown = Vec::new();
    for piece in pieces(&text, len) {
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
    whole.push(&text);
    match (&read, whole.finish()) {
        (Ok(one), Ok(other)) => assert_eq!(written(one), written(&other)),
        (Err(one), Err(_)) => assert_eq!(one.kind(), ErrorKind::Parse),
        (one, other) => panic!("in pieces {one:?}, at once {other:?}"),
    }
    let partial = partial.finish().ok();
    assert_eq!(parse_partial_json(&text).map(|value| written(&value)), partial.as_ref().map(written));
    if let Ok(json) = serde_json::from_str::<Dynamic>(&text) {
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

/// Reads XML in pieces and at once: both find the same, and the same fault.
pub(crate) fn fuzz_xml(data: &[u8]) {
    let Some((len, text)) = cut(data) else { return };
    let read = |len: usize| {
        let (mut parser, mut found) = (XmlParser::new(), Vec::new());
        let read = pieces(&text, len).into_iter().try_for_each(|piece| parser.push(piece, &mut found));
        (Dynamic::from(found), read.map_err(|error| error.to_string()))
    };
    let (in_pieces, whole) = (read(len), read(text.len().max(1)));
    assert_eq!(in_pieces, whole);
    if let Err(error) = parse_xml(&text) {
        assert_eq!(error.kind(), ErrorKind::Parse);
    } else if !text.contains("```") && !text.contains("<?") && !text.contains("<!") {
        assert_eq!(whole.1, Ok(()), "{text}");
    }
}

/// Reads lists in pieces and at once; where cuts do not matter, the items are the same.
pub(crate) fn fuzz_list(data: &[u8]) {
    let Some((len, text)) = cut(data) else { return };
    for style in [ListStyle::Comma, ListStyle::Numbered, ListStyle::Markdown] {
        let mut parser = ListParser::new(style);
        let mut items: Vec<Text> =
            pieces(&text, len).into_iter().flat_map(|piece| parser.push(piece)).collect();
        items.extend(parser.finish());
        let whole = style.parse(&text);
        if style != ListStyle::Comma || !text.contains(['"', '\n', '\r', ' ', ',']) {
            assert_eq!(items, whole, "{style:?} {text:?}");
        }
    }
}

fn replay(folder: &str, target: fn(&[u8])) {
    let folder = format!("{}/tests/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        target(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 50, "only {count} files");
}

#[test]
fn the_json_corpus_is_replayed() {
    replay("json", fuzz_json);
}

#[test]
fn the_xml_corpus_is_replayed() {
    replay("xml", fuzz_xml);
}

#[test]
fn the_list_corpus_is_replayed() {
    replay("list", fuzz_list);
}
