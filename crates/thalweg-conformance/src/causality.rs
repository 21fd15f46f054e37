//! Who the parents of an entry are, and what has to hold of an observed result by itself where order does not
//! count: a run is not heard of before its own start, nor before its parent has started, and what names runs
//! is well-formed, as it will be dropped when runs are matched by content. Imports `ids`.

use std::collections::HashSet;

use serde_json::Value;

use crate::ids::{is_empty, items};

/// What an entry says about where its run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lineage {
    /// `parent_ids`: all ancestors, the root first.
    Ancestors,
    /// `parent_run_id`: the parent only.
    Parent,
}

impl Lineage {
    /// The parents that an entry names, the outermost first.
    pub(crate) fn parents(self, entry: &Value) -> Vec<Option<&str>> {
        match self {
            Self::Ancestors => items(entry.get("parent_ids")).iter().map(Value::as_str).collect(),
            Self::Parent => match entry.get("parent_run_id").and_then(Value::as_str) {
                None | Some("") => Vec::new(),
                parent => vec![parent],
            },
        }
    }

    fn is_well_formed(self, entry: &Value) -> bool {
        let parents = match self {
            Self::Ancestors => entry.get("parent_ids"),
            Self::Parent => entry.get("parent_run_id"),
        };
        let named = match (self, parents) {
            (Self::Ancestors, Some(Value::Array(ids))) => ids.iter().all(Value::is_string),
            (Self::Parent, Some(Value::String(_))) => true,
            (_, other) => is_empty(other),
        };
        named && run_of(entry).is_some()
    }

    fn is_start(self, entry: &Value) -> bool {
        let name = match self {
            Self::Ancestors => entry.get("event"),
            Self::Parent => entry.get("on"),
        };
        name.and_then(Value::as_str).is_some_and(|name| name.ends_with("_start"))
    }
}

/// The run that an entry belongs to.
pub(crate) fn run_of(entry: &Value) -> Option<&str> {
    entry.get("run_id").and_then(Value::as_str)
}

/// Something that does not hold: where, and what.
pub(crate) type Breach = (String, String);

/// All that does not hold in an observed result whose runs are renamed.
pub(crate) fn breaches(result: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    check(items(result.get("events")), Lineage::Ancestors, "/events", &mut found);
    for (i, handler) in items(result.get("handlers")).iter().enumerate() {
        check(items(handler.get("calls")), Lineage::Parent, &format!("/handlers/{i}/calls"), &mut found);
    }
    for (i, patch) in items(result.get("log")).iter().enumerate() {
        let is_operation =
            |item: &Value| item.get("path").is_some_and(Value::is_string) && item.get("op").is_some();
        let well_formed = patch.as_array().is_some_and(|patch| patch.iter().all(is_operation));
        if !well_formed {
            found.push((format!("/log/{i}"), "no list of operations with `path` and `op`".to_owned()));
        }
    }
    found
}

fn check(entries: &[Value], lineage: Lineage, place: &str, found: &mut Vec<Breach>) {
    let will_start: HashSet<_> = entries.iter().filter(|e| lineage.is_start(e)).map(run_of).collect();
    let mut started = HashSet::new();
    let early = |run, started: &HashSet<_>| will_start.contains(&run) && !started.contains(&run);
    let name = |run: Option<&str>| run.unwrap_or("without id").to_owned();
    for (i, entry) in entries.iter().enumerate() {
        let run = run_of(entry);
        if !lineage.is_well_formed(entry) {
            found.push((format!("{place}/{i}"), "the ids of its run and parents are no texts".to_owned()));
        }
        if lineage.is_start(entry) {
            started.insert(run);
        } else if early(run, &started) {
            found.push((format!("{place}/{i}"), format!("run {} is heard of before its start", name(run))));
        }
        for parent in lineage.parents(entry) {
            if early(parent, &started) {
                let what =
                    format!("run {} is heard of before the start of its parent {}", name(run), name(parent));
                found.push((format!("{place}/{i}"), what));
            }
        }
    }
}
