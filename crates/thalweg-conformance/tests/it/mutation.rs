//! Applies the changes that `tests/data/README.md` describes.

use serde_json::{Map, Value};

/// The document after one change.
pub(crate) fn apply(document: &mut Value, change: &Value) {
    let path = change.get("path").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    match change["op"].as_str().unwrap() {
        "rename" => rename(document, change["map"].as_object().unwrap(), change["prefix"].as_str().unwrap()),
        "order" => reorder(at(document, path), change["order"].as_array().unwrap()),
        "set" if path.is_empty() => *document = change["value"].clone(),
        op => {
            let (step, parent) = path.split_last().unwrap();
            match (at(document, parent), step, op) {
                (Value::Object(map), Value::String(key), "set") => {
                    map.insert(key.clone(), change["value"].clone());
                }
                (Value::Object(map), Value::String(key), "remove") => {
                    map.shift_remove(key).unwrap();
                }
                (Value::Array(list), at, "set") => list[position(at)] = change["value"].clone(),
                (Value::Array(list), at, "remove") => {
                    list.remove(position(at));
                }
                (Value::Array(list), at, "insert") => list.insert(position(at), change["value"].clone()),
                _ => unreachable!("{change}"),
            }
        }
    }
}

fn position(step: &Value) -> usize {
    usize::try_from(step.as_u64().unwrap()).unwrap()
}

fn at<'a>(document: &'a mut Value, path: &[Value]) -> &'a mut Value {
    path.iter().fold(document, |value, step| match value {
        Value::Object(map) => map.get_mut(step.as_str().unwrap()).unwrap(),
        Value::Array(list) => &mut list[position(step)],
        _ => unreachable!("{path:?}"),
    })
}

fn reorder(value: &mut Value, order: &[Value]) {
    match value {
        Value::Array(list) => *list = order.iter().map(|at| list[position(at)].clone()).collect(),
        Value::Object(map) => {
            let entries: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            *map = order.iter().map(|at| entries[position(at)].clone()).collect();
        }
        _ => unreachable!("{value}"),
    }
}

fn rename(value: &mut Value, names: &Map<String, Value>, prefix: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|item| rename(item, names, prefix)),
        Value::Object(map) => map.values_mut().for_each(|item| rename(item, names, prefix)),
        Value::String(text) => {
            let new = |id: &str| names.get(id).and_then(Value::as_str);
            if let Some(id) = new(text) {
                *text = id.to_owned();
            } else if let Some(id) = text.strip_prefix("run-") {
                let run = id.split('-').next().unwrap();
                if let Some(renamed) = new(run) {
                    *text = format!("{prefix}{renamed}{}", id.strip_prefix(run).unwrap());
                }
            }
        }
        _ => {}
    }
}
