//! The events as JSON: every line is one, and every run that starts ends once.

use std::collections::HashMap;

use serde_json::Value;

use crate::program::{TOURS, printed};

fn lines(args: &[&str]) -> Vec<Value> {
    printed(args).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every run that starts ends once, and nothing happens to a run that is not open.
fn check(events: &[Value], what: impl Fn(&Value) -> &str) {
    let mut open = HashMap::new();
    for event in events {
        let id = event["run_id"].as_str().unwrap();
        match what(event) {
            "start" => assert!(open.insert(id, true).is_none(), "{event}"),
            "end" => assert_eq!(open.insert(id, false), Some(true), "{event}"),
            _ => assert_eq!(open.get(id), Some(&true), "{event}"),
        }
    }
    assert!(!open.is_empty());
    assert!(open.values().all(|open| !open), "a run did not end");
}

#[test]
fn own_events_are_lines_of_json() {
    for tour in TOURS {
        check(&lines(&[tour, "--events", "ndjson"]), |event| event["event"].as_str().unwrap());
    }
}

#[test]
fn v2_events_are_lines_of_json() {
    for tour in TOURS {
        check(&lines(&[tour, "--events", "v2"]), |event| {
            event["event"].as_str().unwrap().rsplit('_').next().unwrap()
        });
    }
}

#[test]
fn the_bare_command_prints_nothing_but_events() {
    check(&lines(&["--events", "ndjson"]), |event| event["event"].as_str().unwrap());
}
