//! [`Writer`]: makes the patches of a run log.

use std::collections::HashMap;

use super::RunLogPatch;
use super::output::Output;
use super::shape::{entry, final_output, streamed, token};
use crate::engine::is_generator_exit;
use crate::error::{Error, ErrorKind};
use crate::event::{Chunk, Event, EventFilter, EventKind};
use crate::id::RunId;
use crate::parse::json::PatchOp;
use crate::run::Run;
use crate::timestamp::Timestamp;
use crate::value::{Dynamic, List, Map, Text};

/// Makes patches of events and of the call's chunks. It remembers the keys of the runs that are open, how often each
/// name has come, and the output so far.
#[derive(Debug)]
pub(super) struct Writer {
    compat: bool,
    filter: EventFilter,
    /// The run that started first, if one has.
    root: Option<RunId>,
    keys: HashMap<RunId, Text>,
    counts: HashMap<Text, usize>,
    output: Output,
}

impl Writer {
    pub(super) fn new(compat: bool, filter: EventFilter) -> Self {
        Self {
            compat,
            filter,
            root: None,
            keys: HashMap::new(),
            counts: HashMap::new(),
            output: Output::default(),
        }
    }

    /// The patch for an event; `None` if the log does not show it.
    pub(super) fn event(&mut self, event: Event) -> Option<RunLogPatch> {
        let Event { run, kind, time, .. } = event;
        if matches!(&kind, EventKind::Error { error, .. } if is_generator_exit(error)) {
            // The log is over when what was left unfinished is closed.
            return None;
        }
        let ops = match kind {
            EventKind::Start { .. } => {
                if self.root.is_none() {
                    self.root = Some(run.id());
                    return Some(RunLogPatch {
                        ops: vec![PatchOp::Replace { path: Text::EMPTY, value: begin(&run) }],
                    });
                }
                if !self.filter.passes_logged(&run) {
                    return None;
                }
                let key = self.new_key(run.name());
                let path = format!("/logs/{key}").into();
                self.keys.insert(run.id(), key);
                vec![PatchOp::Add { path, value: entry(&run, time) }]
            }
            EventKind::Stream { chunk } => {
                let key = self.keys.get(&run.id())?;
                let token = run.kind().is_model().then(|| token(&chunk));
                let token = token.map(|token| add(key, "streamed_output_str/-", token));
                token.into_iter().chain([add(key, "streamed_output/-", streamed(&run, chunk))]).collect()
            }
            EventKind::End { output, .. } => {
                let key = self.keys.remove(&run.id())?;
                close(&key, None, Some(final_output(&run, output)), time)
            }
            EventKind::Error { error, output, .. } if self.compat => {
                let key = self.keys.remove(&run.id())?;
                // There a failed run shows what it has, which for most kinds is an empty object.
                let output = output.map_or_else(|| Map::new().into(), |output| final_output(&run, output));
                drop(error);
                close(&key, None, Some(output), time)
            }
            EventKind::Error { error, output, .. } => {
                return self.failed(&run, error, output.map(|output| final_output(&run, output)), time);
            }
            EventKind::Cancelled if self.compat => {
                self.keys.remove(&run.id());
                return None;
            }
            EventKind::Cancelled => {
                let error = Error::new(ErrorKind::Cancelled, "the run was cancelled").in_run(|| run.path());
                return self.failed(&run, error, None, time);
            }
            EventKind::Retry { .. } | EventKind::Custom { .. } => return None,
        };
        Some(RunLogPatch { ops })
    }

    fn failed(
        &mut self,
        run: &Run,
        error: Error,
        output: Option<Dynamic>,
        time: web_time::SystemTime,
    ) -> Option<RunLogPatch> {
        if self.root == Some(run.id()) {
            let value = error.into();
            return Some(RunLogPatch {
                ops: vec![PatchOp::Add { path: Text::from_static("/error"), value }],
            });
        }
        let key = self.keys.remove(&run.id())?;
        Some(RunLogPatch { ops: close(&key, Some(error), output, time) })
    }

    /// The patch for a chunk of the whole call.
    pub(super) fn chunk(&mut self, Chunk { value, is_snapshot }: Chunk) -> RunLogPatch {
        let changes =
            if is_snapshot { self.output.replace(&value) } else { self.output.push(&value, !self.compat) };
        let mut ops = Vec::with_capacity(changes.len() + 1);
        ops.push(PatchOp::Add { path: Text::from_static("/streamed_output/-"), value });
        let within = |path: Text| Text::from(format!("/final_output{path}"));
        ops.extend(changes.into_iter().map(|op| match op {
            PatchOp::Add { path, value } => PatchOp::Add { path: within(path), value },
            PatchOp::Replace { path, value } => PatchOp::Replace { path: within(path), value },
            PatchOp::Remove { path } => PatchOp::Remove { path: within(path) },
            // There the place where a value is taken from is left as it was, so that such a patch cannot be applied.
            PatchOp::Move { from, path } if self.compat => PatchOp::Move { from, path: within(path) },
            PatchOp::Move { from, path } => PatchOp::Move { from: within(from), path: within(path) },
        }));
        RunLogPatch { ops }
    }

    /// The key of a new run of this name, as it stands in paths: the name, with a number from the second on.
    fn new_key(&mut self, name: &Text) -> Text {
        let mut count = self.counts.get(name).copied().unwrap_or_default();
        let key = loop {
            count += 1;
            let key = if count == 1 { name.clone() } else { Text::from(format!("{name}:{count}")) };
            if self.compat || !self.is_taken(&key, count) {
                break key;
            }
        };
        self.counts.insert(name.clone(), count);
        if self.compat { key } else { key.replace('~', "~0").replace('/', "~1").into() }
    }

    /// Whether the key is that of a run of another name.
    fn is_taken(&self, key: &str, count: usize) -> bool {
        if count > 1 {
            return self.counts.contains_key(key);
        }
        let numbered = key.rsplit_once(':').and_then(|(name, n)| Some((name, n.parse::<usize>().ok()?)));
        numbered.is_some_and(|(name, n)| n > 1 && self.counts.get(name).is_some_and(|count| n <= *count))
    }
}

/// The log as it begins.
fn begin(root: &Run) -> Dynamic {
    let empty = || Dynamic::List(List::new());
    let entries = [
        ("id", Dynamic::from(root.id().to_string())),
        ("streamed_output", empty()),
        ("final_output", Dynamic::Null),
        ("logs", Map::new().into()),
        ("name", root.name().clone().into()),
        ("type", root.logged_kind().into()),
    ];
    Dynamic::Map(entries.into_iter().collect())
}

fn add(key: &str, field: &str, value: Dynamic) -> PatchOp {
    PatchOp::Add { path: format!("/logs/{key}/{field}").into(), value }
}

fn close(
    key: &str,
    error: Option<Error>,
    output: Option<Dynamic>,
    time: web_time::SystemTime,
) -> Vec<PatchOp> {
    let error = error.map(|error| add(key, "error", error.into()));
    let output = output.map(|output| add(key, "final_output", output));
    let end = add(key, "end_time", Timestamp(time).to_string().into());
    error.into_iter().chain(output).chain([end]).collect()
}
