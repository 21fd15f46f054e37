//! [`RunLog`]: the log that patches make.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::RunLogPatch;
use crate::error::{Error, ErrorKind, Result};
use crate::parse::json::PatchOp;
use crate::value::{Dynamic, List, Map, Text};

/// The run log of a call as far as its patches have been applied.
///
/// ```
/// use futures_util::StreamExt;
/// use thalweg_core::Chain;
/// use thalweg_core::view::RunLog;
///
/// let shout = |text: String| text.to_uppercase();
/// let chain = Chain::new(shout).named("shout") | |text: String| format!("{text}!");
///
/// # futures_util::FutureExt::now_or_never(async {
/// let mut log = RunLog::default();
/// let mut patches = chain.stream_log("hello");
/// while let Some(patch) = patches.next().await {
///     log.apply(&patch?)?;
/// }
/// assert_eq!(log.final_output.as_str(), Some("HELLO!"));
/// let step = log.entry("shout").unwrap();
/// assert_eq!(step.final_output.to_string(), r#"{"output":"HELLO"}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// # }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunLog {
    /// The id of the root run.
    pub id: Text,
    /// The chunks of the call so far.
    pub streamed_output: Vec<Dynamic>,
    /// Their sum.
    pub final_output: Dynamic,
    #[serde(serialize_with = "as_object")]
    logs: IndexMap<Text, LogEntry>,
    /// The name of the root run.
    pub name: Text,
    /// The kind of the root run, such as `chain`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// Why the call failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Dynamic>,
}

/// What a [`RunLog`] knows of one run below the root.
///
/// ```
/// use thalweg_core::view::RunLog;
///
/// let log = RunLog::default();
/// let open: Vec<&str> =
///     log.entries().filter(|(_, entry)| entry.end_time.is_none()).map(|(key, _)| key).collect();
/// assert!(open.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LogEntry {
    /// The run's id.
    pub id: Text,
    /// Its name.
    pub name: Text,
    /// Its kind, such as `parser`.
    #[serde(rename = "type")]
    pub kind: Text,
    /// Its tags.
    pub tags: Vec<Text>,
    /// Its metadata.
    pub metadata: Map,
    /// When it started, in the form of RFC 3339.
    pub start_time: Text,
    /// Its chunks so far.
    pub streamed_output: Vec<Dynamic>,
    /// Of a model its tokens so far: texts, or lists of content blocks.
    pub streamed_output_str: Vec<Dynamic>,
    /// Its output, once it is closed: of most kinds an object, with the output itself as `output` if that is none.
    pub final_output: Dynamic,
    /// When it was closed, in the form of RFC 3339.
    pub end_time: Option<Text>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Dynamic>,
}

impl RunLog {
    /// The entry of this key: the run's name, with `:2`, `:3`, … for further runs of that name.
    pub fn entry(&self, key: &str) -> Option<&LogEntry> {
        self.logs.get(key)
    }

    /// The keys and entries of all runs below the root, in the order in which they started.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&str, &LogEntry)> {
        self.logs.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Applies a patch of the log.
    ///
    /// # Errors
    /// When a patch before it is missing, or it is no patch of a run log. What could be applied is.
    pub fn apply(&mut self, patch: &RunLogPatch) -> Result<()> {
        patch.ops.iter().try_for_each(|op| self.apply_op(op))
    }

    fn apply_op(&mut self, op: &PatchOp) -> Result<()> {
        let path = op.path().as_str();
        let done = if let Some(place) = path.strip_prefix("/final_output") {
            return within(op, place).apply(&mut self.final_output);
        } else if let Some(place) = path.strip_prefix("/logs/") {
            self.change_entry(place, op)
        } else {
            match (path, op) {
                ("", PatchOp::Replace { value, .. }) => {
                    *self = Self::begin(value);
                    Some(())
                }
                ("/streamed_output/-", PatchOp::Add { value, .. }) => {
                    self.streamed_output.push(value.clone());
                    Some(())
                }
                ("/error", PatchOp::Add { value, .. }) => {
                    self.error = Some(value.clone());
                    Some(())
                }
                _ => None,
            }
        };
        done.ok_or_else(|| {
            Error::new(ErrorKind::InputType, "a run log has no such place").with("path", path.to_owned())
        })
    }

    fn begin(state: &Dynamic) -> Self {
        let text = |key| text_at(state, key);
        Self { id: text("id"), name: text("name"), kind: text("type"), ..Self::default() }
    }

    fn change_entry(&mut self, place: &str, op: &PatchOp) -> Option<()> {
        let PatchOp::Add { value, .. } = op else { return None };
        // In compat mode a key may contain what separates the steps of a path.
        let field = ["/streamed_output/-", "/streamed_output_str/-", "/final_output", "/end_time", "/error"];
        let found = field.into_iter().find_map(|field| Some((field, place.strip_suffix(field)?)));
        let Some((field, key)) = found else {
            self.logs.insert(unescaped(place), LogEntry::begin(value));
            return Some(());
        };
        let entry = self.logs.get_mut(unescaped(key).as_str())?;
        match field {
            "/streamed_output/-" => entry.streamed_output.push(value.clone()),
            "/streamed_output_str/-" => entry.streamed_output_str.push(value.clone()),
            "/final_output" => entry.final_output = value.clone(),
            "/end_time" => entry.end_time = value.as_str().map(Text::from),
            _ => entry.error = Some(value.clone()),
        }
        Some(())
    }
}

impl LogEntry {
    fn begin(state: &Dynamic) -> Self {
        let text = |key| text_at(state, key);
        let tags = state.get("tags").and_then(Dynamic::as_list);
        Self {
            id: text("id"),
            name: text("name"),
            kind: text("type"),
            tags: tags.into_iter().flat_map(List::iter).filter_map(Dynamic::as_str).map(Text::from).collect(),
            metadata: state.get("metadata").and_then(Dynamic::as_map).cloned().unwrap_or_default(),
            start_time: text("start_time"),
            ..Self::default()
        }
    }
}

fn as_object<S: Serializer>(logs: &IndexMap<Text, LogEntry>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(logs)
}

fn text_at(value: &Dynamic, key: &str) -> Text {
    value.get(key).and_then(Dynamic::as_str).map(Text::from).unwrap_or_default()
}

fn unescaped(key: &str) -> Text {
    key.replace("~1", "/").replace("~0", "~").into()
}

/// The operation as one of the final output.
fn within(op: &PatchOp, path: &str) -> PatchOp {
    let path = Text::from(path);
    match op {
        PatchOp::Add { value, .. } => PatchOp::Add { path, value: value.clone() },
        PatchOp::Replace { value, .. } => PatchOp::Replace { path, value: value.clone() },
        PatchOp::Remove { .. } => PatchOp::Remove { path },
        PatchOp::Move { from, .. } => {
            PatchOp::Move { from: from.strip_prefix("/final_output").unwrap_or(from).into(), path }
        }
    }
}
