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
