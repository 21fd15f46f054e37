//! The form of a result in which only the order within each run counts. Imports `canonical`, `causality`,
//! `ids`, `log` and `tree`.

use serde_json::{Map, Value, json};

use crate::canonical;
use crate::causality::Lineage;
use crate::ids::{is_empty, items};
use crate::log;
use crate::tree::{anonymous, by_key, tree};

/// The unordered form of a result whose runs are renamed.
pub(crate) fn form(mut result: Value) -> Value {
    blank_framework_errors(&mut result);
    let Value::Object(sections) = result else {
        return result;
    };
    let mut out = Map::with_capacity(sections.len());
    for (name, section) in sections {
        let formed = match (name.as_str(), section) {
            ("events", Value::Array(events)) => tree(&events, Lineage::Ancestors),
            ("handlers", Value::Array(handlers)) => handlers.iter().map(handler).collect(),
            ("log", Value::Array(patches)) => log::groups(&patches),
            // A section that is no list has no place here; the other side's list then finds no partner.
            ("events" | "handlers" | "log", _) => continue,
            (name, section) => match (name, anonymous(&section, None)) {
                ("chunks", Value::Array(chunks)) => by_key(chunks),
                ("listeners", Value::Array(mut calls)) => {
                    canonical::sort(&mut calls);
                    Value::Array(calls)
                }
                (_, section) => section,
            },
        };
        out.insert(name, formed);
    }
    Value::Object(out)
}

fn handler(handler: &Value) -> Value {
    json!({ "label": handler.get("label"), "runs": tree(items(handler.get("calls")), Lineage::Parent) })
}

/// The text of the framework's own errors does not count, so it must not decide how runs are matched either.
fn blank_framework_errors(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(blank_framework_errors),
        Value::Object(map) => {
            if is_error(map) && is_framework(map) {
                *value = json!({ "$": "error", "error": map.get("error"), "framework": true });
            } else {
                map.values_mut().for_each(blank_framework_errors);
            }
        }
        _ => {}
    }
}

/// Whether the object is an error.
pub(crate) fn is_error(map: &Map<String, Value>) -> bool {
    map.get("$").and_then(Value::as_str) == Some("error")
}

/// Whether the object is an error whose text is the framework's own.
pub(crate) fn is_framework(map: &Map<String, Value>) -> bool {
    !is_empty(map.get("framework"))
}
