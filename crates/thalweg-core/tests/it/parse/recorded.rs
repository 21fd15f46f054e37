//! Parsers against what langchain-core made of the same texts. Many thousands were compared; this is a selection.

use thalweg_core::parse::json::{JsonDiff, JsonParser, PartialJson, patch};
use thalweg_core::parse::list::{ListParser, ListStyle};
use thalweg_core::parse::xml::{XmlParser, parse_xml};
use thalweg_core::value::{Dynamic, Text};
use thalweg_core::{Error, ErrorKind, Result};

use super::written;

/// Compares every case of a file: `run` gives names and values, and those of the case must be the same, to the
/// order of keys.
fn compare(file: &str, run: impl Fn(&Dynamic) -> Vec<(&'static str, Dynamic)>) {
    let path = format!("{}/tests/data/parse/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut differing = Vec::new();
    let mut count = 0;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let case = Dynamic::parse(line).unwrap();
        count += 1;
        for (name, got) in run(&case) {
            let (got, expected) = (written(&got).to_string(), case.get(name).unwrap().to_string());
            if got != expected {
                differing.push(format!("{case}\n    {name}: got {got}"));
            }
        }
    }
    assert!(count > 50, "only {count} cases");
    assert!(differing.is_empty(), "{} of {count} differ:\n{}", differing.len(), differing.join("\n"));
}

fn texts(case: &Dynamic, key: &str) -> Vec<Text> {
    let list = case.get(key).and_then(Dynamic::as_list).unwrap();
    list.iter().map(|text| Text::from(text.as_str().unwrap())).collect()
}

fn outcome(result: Result<Dynamic>) -> Dynamic {
    let (key, value) = match result {
        Ok(value) => ("ok", value),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Parse);
            ("error", "parse".into())
        }
    };
    Dynamic::Map([(key, value)].into_iter().collect())
}

#[test]
fn json_in_answers() {
    compare("json.jsonl", |case| {
        let pieces = texts(case, "pieces");
        let (mut parser, mut diff) = (JsonParser::new(), JsonDiff::new());
        let (mut emitted, mut patches) = (Vec::new(), Vec::new());
        for piece in &pieces {
            parser.push(piece);
            emitted.extend(parser.take_change().map(thalweg_core::parse::json::Change::into_value));
            patches.extend(diff.push(piece));
        }
        let last = outcome(parser.finish());
        assert_eq!(outcome(diff.finish()).to_string(), last.to_string());
        vec![("emitted", emitted.into()), ("diff", patches.into()), ("final", last)]
    });
}

#[test]
fn json_cut_off() {
    compare("partial.jsonl", |case| {
        let mut json = PartialJson::new();
        let shown = texts(case, "pieces").into_iter().map(|piece| {
            json.push(&piece);
            outcome(json.snapshot().ok_or_else(|| Error::new(ErrorKind::Parse, "nothing to show")))
        });
        vec![("partial", shown.collect::<Vec<_>>().into())]
    });
}

#[test]
fn patches_of_documents() {
    compare("patch.jsonl", |case| {
        let ops = patch(case.get("from"), case.get("to").unwrap());
        vec![("patch", ops.into())]
    });
}

#[test]
fn lists() {
    compare("list.jsonl", |case| {
        let style = match case.get("list").and_then(Dynamic::as_str).unwrap() {
            "comma" => ListStyle::Comma,
            "numbered" => ListStyle::Numbered,
            _ => ListStyle::Markdown,
        };
        let pieces = texts(case, "pieces");
        let mut parser = ListParser::new(style);
        let mut emitted: Vec<Text> = pieces.iter().flat_map(|piece| parser.push(piece)).collect();
        emitted.extend(parser.finish());
        vec![("emitted", emitted.into()), ("final", style.parse(&pieces.concat()).into())]
    });
}

#[test]
fn xml_in_answers() {
    compare("xml.jsonl", |case| {
        let pieces = texts(case, "pieces");
        let (mut parser, mut found) = (XmlParser::new(), Vec::new());
        let read = pieces.iter().try_for_each(|piece| parser.push(piece, &mut found));
        let error = read.err().map(|error| {
            assert_eq!(error.kind(), ErrorKind::Parse);
            "ParseError"
        });
        assert!(found.iter().all(thalweg_core::value::Map::is_additive));
        vec![
            ("emitted", found.into()),
            ("stream_error", error.into()),
            ("final", outcome(parse_xml(&pieces.concat()))),
        ]
    });
}
