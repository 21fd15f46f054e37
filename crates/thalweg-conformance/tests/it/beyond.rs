//! What `docs/compat.md` says of the compat mode where no recorded scenario goes.

use serde_json::{Value, json};
use thalweg_conformance::runner::{Mode, Outcome, run};

/// What a parser makes of a text in compat mode.
fn parsed(spec: Value, method: &str, input: Value) -> Value {
    let scenario = json!({ "spec": spec, "input": input, "call": { "method": method } });
    match run(&scenario, Mode::Compat) {
        Outcome::Result(result) => result,
        other => panic!("{other:?}"),
    }
}

fn class(result: &Value) -> &Value {
    &result["error"]["error"]
}

#[test]
fn json_goes_512_deep() {
    let json = || json!({ "kind": "json_parser" });
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parsed(json(), "invoke", json!(nested(512))).get("output").is_some());
    assert_eq!(class(&parsed(json(), "invoke", json!(nested(513)))), "OutputParserException");
    assert_eq!(parsed(json(), "transform", json!([nested(513)])), json!({ "chunks": [] }));
}

#[test]
fn xml_goes_512_deep() {
    let xml = || json!({ "kind": "xml_parser" });
    let nested = |depth: usize| "<a>".repeat(depth) + "x" + &"</a>".repeat(depth);
    // Half as deep: what is written down here is twice as deep, and a test's thread is small.
    assert!(parsed(xml(), "invoke", json!(nested(256))).get("output").is_some());
    assert_eq!(class(&parsed(xml(), "invoke", json!(nested(513)))), "OutputParserException");
}

#[test]
fn json_integers_keep_all_digits() {
    let digits = "7".repeat(5000);
    let result = parsed(json!({ "kind": "json_parser" }), "invoke", json!(digits));
    assert_eq!(result["output"]["digits"], digits);
}

#[test]
fn half_a_surrogate_pair_is_replaced() {
    let result = parsed(json!({ "kind": "json_parser" }), "invoke", json!("{\"a\": \"x\\ud83dy\"}"));
    assert_eq!(result["output"], json!({ "a": "x\u{fffd}y" }));
}

#[test]
fn nan_alone_is_told_once() {
    let spec = json!({ "kind": "json_parser", "diff": true });
    let result = parsed(spec, "transform", json!(["N", "a", "N", " "]));
    assert_eq!(result["chunks"].as_array().map(Vec::len), Some(1), "{result}");
}

#[test]
fn xml_does_not_declare_entities() {
    let text = "<!DOCTYPE a [<!ENTITY e \"v\">]><a>&e;</a>";
    let xml = || json!({ "kind": "xml_parser" });
    assert_eq!(class(&parsed(xml(), "invoke", json!(text))), "OutputParserException");
    assert_eq!(class(&parsed(xml(), "transform", json!([text]))), "ParseError");
}
