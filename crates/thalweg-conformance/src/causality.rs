//! Who are the parents of an entry, and the one rule about order that holds even where order does not count: a run is
//! not heard of before its own start, nor before its parent has started. Imports `compare`'s report and `ids`.

use std::collections::HashSet;

use serde_json::Value;

use crate::ids::items;

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
            Self::Parent => entry
                .get("parent_run_id")
                .and_then(Value::as_str)
                .filter(|id| !id.is_empty())
                .map(Some)
                .into_iter()
                .collect(),
        }
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

/// A breach of the rule: where, and what.
pub(crate) type Breach = (String, String);

/// All breaches in a result whose runs are renamed.
pub(crate) fn breaches(result: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    check(items(result.get("events")), Lineage::Ancestors, "/events", &mut found);
    for (i, handler) in items(result.get("handlers")).iter().enumerate() {
        check(items(handler.get("calls")), Lineage::Parent, &format!("/handlers/{i}/calls"), &mut found);
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
