//! The default mode differs from the records where `conformance/default-mode.txt` says so, and in what it says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use thalweg_conformance::compare::{Rules, differences};
use thalweg_conformance::deviations::Deviations;
use thalweg_conformance::read;
use thalweg_conformance::runner::{Mode, Outcome, run};
use thalweg_conformance::scenario::{self, Scenario};

#[test]
fn the_default_mode_differs_where_the_list_says_so_and_in_what_it_says() {
    let list = Deviations::of_default_mode().unwrap();
    let folder = crate::conformance().join("cases");
    let mut wrong = Vec::new();
    for file in scenario::files(&folder).unwrap() {
        let name = scenario::name_of(&file, &folder);
        let value = read::from_file(&file).unwrap();
        let scenario = Scenario::from_value(value, "").unwrap();
        let mut recorded = scenario.expected.unwrap();
        let Outcome::Result(mut observed) = run(&scenario.run, Mode::Default) else {
            assert_eq!(list.reason(&name), Some("v1"), "{name}");
            continue;
        };
        let rules = Rules { unordered: scenario.unordered, tag_order: false };
        let differs = !differences(&recorded, &observed, rules, 1).is_empty();
        let Some(classes) = list.reason(&name) else {
            if differs {
                wrong.push(format!("{name} differs and is not listed"));
            }
            continue;
        };
        if !differs {
            wrong.push(format!("{name} is listed and does not differ"));
        }
        // What a class leaves out of both sides is all in which they may differ.
        let mut judged = true;
        for class in classes.split_whitespace() {
            wrong.extend(broken(class, &recorded, &observed).map(|why| format!("{name}: {class}: {why}")));
            judged &= leave_out(class, &mut recorded) && leave_out(class, &mut observed);
        }
        if judged && let Some(difference) = differences(&recorded, &observed, rules, 1).first() {
            wrong.push(format!("{name} differs in more than {classes}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_what_each_class_is_and_each_is_used() {
    let list = Deviations::of_default_mode().unwrap();
    let used: BTreeSet<&str> = list.iter().flat_map(|(_, classes)| classes.split_whitespace()).collect();
    let page = include_str!("../../../../docs/compat.md");
    let (_, table) = page.split_once("## What the default mode mends").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let named: BTreeMap<&str, &str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).collect();
    assert_eq!(used.into_iter().collect::<Vec<_>>(), named.into_keys().collect::<Vec<_>>());
}

/// What a class keeps of the record, if it is broken.
fn broken(class: &str, recorded: &Value, observed: &Value) -> Option<String> {
    match class {
        // What is told of inputs there is told here too, of runs of the same name.
        "inputs" => {
            let mut told = inputs(observed);
            for input in inputs(recorded) {
                let Some(at) = told.iter().position(|other| *other == input) else {
                    return Some(format!("not told of {}: {}", input.0, input.1));
                };
                told.swap_remove(at);
            }
            None
        }
        // Each run that starts ends, and once.
        "failures" => {
            let mut ends: BTreeMap<&str, i32> = BTreeMap::new();
            for event in events(observed) {
                let kind = event["event"].as_str().unwrap_or_default();
                let id = event["run_id"].as_str().unwrap_or_default();
                match kind.rsplit('_').next() {
                    Some("start") => drop(ends.entry(id).or_default()),
                    Some("end" | "error" | "cancelled") => *ends.entry(id).or_default() += 1,
                    _ => {}
                }
            }
            ends.into_iter().find(|(_, ends)| *ends != 1).map(|(id, ends)| format!("{id} ends {ends} times"))
        }
        // The tags that are there are here.
        "custom" => {
            let custom = |result| -> Vec<&Value> {
                events(result).filter(|event| event["event"] == "on_custom_event").collect()
            };
            let tags = |event: &Value| -> BTreeSet<String> {
                let tags = event["tags"].as_array().into_iter().flatten();
                tags.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            let mut pairs = custom(recorded).into_iter().zip(custom(observed));
            let lost = pairs.find(|(there, here)| !tags(there).is_subset(&tags(here)));
            lost.map(|(there, _)| format!("an event has lost tags of {}", there["tags"]))
        }
        _ => None,
    }
}

fn events(result: &Value) -> impl Iterator<Item = &Value> {
    result["events"].as_array().into_iter().flatten()
}

/// The name of each run of which an input is told, and the input in one form: the last that is told of the run.
fn inputs(result: &Value) -> Vec<(String, Value)> {
    let mut runs: BTreeMap<&str, (String, Value)> = BTreeMap::new();
    for (i, event) in events(result).enumerate() {
        let input = event["data"].get("input").filter(|_| event["event"] != "on_custom_event");
        // The first event carries the call's input, whatever it is an event of.
        let is_borrowed = i == 0;
        let Some(input) = input.and_then(|input| own_form(event, input)).filter(|_| !is_borrowed) else {
            continue;
        };
        let name = event["name"].as_str().unwrap_or_default().to_owned();
        runs.insert(event["run_id"].as_str().unwrap_or_default(), (name, plain(input)));
    }
    // What is empty, zero or false shows as nothing there.
    let nothing = |value: &Value| match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
    };
    runs.into_values().filter(|(_, input)| !nothing(input)).collect()
}

/// The input in the form that its kind of run has, if it is in that form.
fn own_form<'a>(event: &Value, input: &'a Value) -> Option<&'a Value> {
    let kind = event["event"].as_str().unwrap_or_default();
    let form = [("_chat_model_", "messages"), ("_llm_", "prompts"), ("_retriever_", "query")];
    match form.iter().find(|(part, _)| kind.contains(part)) {
        Some((_, key)) => input.get(key),
        None if input["type"] == "tool_call" => input.get("args"),
        None => Some(input),
    }
}

/// A value without what tells a message from the sum of its chunks, and without ids.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let loose = ["id", "chunk_position", "tool_call_chunks"];
            let typed = map.contains_key("$");
            let kept = map.iter().filter(|(key, _)| !typed || !loose.contains(&key.as_str()));
            let shown = |key: &str, value: &Value| match value.as_str() {
                Some(text) if key == "$" => text.trim_end_matches("Chunk").into(),
                _ => plain(value),
            };
            kept.map(|(key, value)| (key.clone(), shown(key, value))).collect()
        }
        Value::Array(list) => list.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Leaves out what differs by a class; false if that can't be told from the rest.
fn leave_out(class: &str, result: &mut Value) -> bool {
    match class {
        "inputs" => each(result, |kind, entry| {
            if kind == "events" {
                if entry["event"] != "on_custom_event"
                    && let Some(data) = entry["data"].as_object_mut()
                {
                    data.remove("input");
                }
            } else if let Some(entry) = entry.as_object_mut()
                && entry["on"].as_str().is_some_and(|on| on.starts_with("chain_"))
            {
                entry.remove("inputs");
            }
            true
        }),
        "failures" => each(result, |kind, entry| {
            let event = entry["event"].as_str().unwrap_or_default();
            kind != "events"
                || event == "on_tool_error"
                || !(event.ends_with("_error") || event.ends_with("_cancelled"))
        }),
        "custom" => each(result, |_, entry| {
            if entry["event"] == "on_custom_event" {
                entry["tags"] = Value::Null;
            }
            true
        }),
        "places" => each(result, |kind, entry| {
            entry["tags"] = Value::Array(Vec::new());
            let (key, nothing) = if kind == "events" {
                ("parent_ids", Value::Array(Vec::new()))
            } else {
                ("parent_run_id", Value::Null)
            };
            entry[key] = nothing;
            true
        }),
        "streams" => each(result, |_, entry| {
            entry["event"] != "on_chain_stream" && entry["event"] != "on_parser_stream"
        }),
        _ => return false,
    }
    true
}

/// Shows each event, and each call of a handler; those for which `keep` says no are left out.
fn each(result: &mut Value, keep: impl Fn(&str, &mut Value) -> bool) {
    if let Some(events) = result.get_mut("events").and_then(Value::as_array_mut) {
        events.retain_mut(|event| keep("events", event));
    }
    for handler in result.get_mut("handlers").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(calls) = handler["calls"].as_array_mut() {
            calls.retain_mut(|call| keep("calls", call));
        }
    }
}
