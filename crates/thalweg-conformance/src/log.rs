//! A run log without the order of its runs: the operations of each run by themselves, and the final output as
//! it is after all patches. Imports `canonical`, `ids` and `tree`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::canonical;
use crate::ids::items;
use crate::tree::{anonymous, by_key};

/// One operation, by what it changes.
enum Target<'a> {
    /// `/logs/<run>/…`
    Run { run: &'a str, rest: String },
    /// `/streamed_output/-`
    Stream,
    /// `/final_output/…`
    FinalOutput(Vec<&'a str>),
    /// Anything else at the top.
    Top,
}

impl<'a> Target<'a> {
    fn of(path: &'a str, op: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [_, "logs", run, rest @ ..] => Self::Run { run, rest: rest.join("/") },
            [_, "streamed_output", .., "-"] if op == "add" => Self::Stream,
            [_, "final_output", rest @ ..] => Self::FinalOutput(rest.to_vec()),
            _ => Self::Top,
        }
    }
}

#[derive(Default)]
struct Group {
    name: Option<Value>,
    stream: Vec<Value>,
    operations: Vec<Value>,
}

/// The groups of a log, sorted by content.
pub(crate) fn groups(log: &[Value]) -> Value {
    let mut groups: HashMap<&str, Group> = HashMap::new();
    let mut final_output = Value::Null;
    for operation in log.iter().flat_map(|patch| items(Some(patch))) {
        let text = |key| operation.get(key).and_then(Value::as_str).unwrap_or_default();
        let (path, op) = (text("path"), text("op"));
        let value = operation.get("value").map_or(Value::Null, |value| anonymous(value, None));
        match Target::of(path, op) {
            Target::FinalOutput(keys) => {
                if !patch(&mut final_output, &keys, op, value) {
                    final_output = json!({ "$": "broken", "path": path, "op": op });
                }
            }
            Target::Stream => groups.entry("").or_default().stream.push(value),
            Target::Top => groups.entry("").or_default().operations.push(json!([path, op, value])),
            Target::Run { run, rest } => {
                let group = groups.entry(run).or_default();
                if rest.is_empty()
                    && let Some(state) = operation.get("value").and_then(Value::as_object)
                {
                    group.name = state.get("name").cloned();
                }
                if rest == "streamed_output/-" || rest == "stream" {
                    group.stream.push(value);
                } else {
                    group.operations.push(json!([rest, op, value]));
                }
            }
        }
    }
    let groups = groups.into_iter().map(|(run, group)| {
        let name = group.name.unwrap_or_else(|| Value::from(run));
        json!({ "name": name, "stream": by_key(group.stream), "ops": group.operations })
    });
    let mut all: Vec<Value> = groups.collect();
    all.push(json!({ "name": "final output", "value": final_output }));
    canonical::sort(&mut all);
    Value::Array(all)
}

/// Applies one operation; false if there is no such place.
fn patch(target: &mut Value, keys: &[&str], op: &str, new: Value) -> bool {
    let Some((key, rest)) = keys.split_first() else {
        *target = if op == "remove" { Value::Null } else { new };
        return true;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    if let Value::Array(list) = target {
        let place = if key == "-" { Some(list.len()) } else { key.parse::<usize>().ok() };
        let Some(at) = place else { return false };
        if rest.is_empty() && op == "add" {
            list.insert(at.min(list.len()), new);
            return true;
        }
        let Some(item) = list.get_mut(at) else { return false };
        if !rest.is_empty() {
            return patch(item, rest, op, new);
        }
        if op == "replace" {
            *item = new;
        } else {
            list.remove(at);
        }
        return true;
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(map) = target else { return false };
    if !rest.is_empty() {
        return patch(map.entry(key).or_insert(Value::Null), rest, op, new);
    }
    if op == "remove" {
        map.shift_remove(&key);
    } else {
        map.insert(key, new);
    }
    true
}
