//! Runs as a tree that is matched by content: the entries of one run keep their order, runs beside each other
//! have none. Imports `canonical` and `causality`.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::canonical;
use crate::causality::{Lineage, run_of};

/// The runs of a list of entries (events, or a handler's calls) as nested objects, sorted by content at each
/// level.
pub(crate) fn tree(entries: &[Value], lineage: Lineage) -> Value {
    let tree = Tree::new(entries, lineage);
    let mut path = Vec::new();
    Value::Array(tree.nodes(&tree.roots, &mut path).into_iter().map(|node| node.value).collect())
}

/// A copy without run ids. Of a message id that names a run, it stays whether that run is `own`.
pub(crate) fn anonymous(value: &Value, own: Option<&str>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| anonymous(item, own)).collect(),
        Value::Object(map) => {
            let state = map.contains_key("final_output") && map.contains_key("id") && !map.contains_key("$");
            let mut out = Map::with_capacity(map.len());
            for (key, item) in map {
                match (key.as_str(), item) {
                    ("run_id" | "parent_run_id" | "parent_ids", _) => {}
                    ("id", _) if state => {}
                    ("id", Value::String(id)) => {
                        out.insert(key.clone(), Value::String(anonymous_id(id, own)));
                    }
                    _ => {
                        out.insert(key.clone(), anonymous(item, own));
                    }
                }
            }
            Value::Object(out)
        }
        plain => plain.clone(),
    }
}

fn anonymous_id(id: &str, own: Option<&str>) -> String {
    let Some(run) = id.strip_prefix("run-") else {
        return id.to_owned();
    };
    let (run, number) = match run.split_once('-') {
        Some((run, number)) => (run, format!("-{number}")),
        None => (run, String::new()),
    };
    // An empty number leaves no hyphen behind.
    let number = if number == "-" { "" } else { &number };
    let whose = if Some(run) == own { "own run" } else { "another run" };
    format!("{whose}{number}")
}

/// Whether a chunk is an object that adds up key by key.
fn is_plain_object(chunk: &Value) -> bool {
    chunk.as_object().is_some_and(|map| !map.contains_key("$"))
}

/// Chunks that are all plain objects as one sequence for each key, at any depth; other chunks as they are.
pub(crate) fn by_key(chunks: Vec<Value>) -> Value {
    if chunks.is_empty() || !chunks.iter().all(is_plain_object) {
        return Value::Array(chunks);
    }
    let mut sequences: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for chunk in chunks {
        if let Value::Object(map) = chunk {
            for (key, item) in map {
                sequences.entry(key).or_default().push(item);
            }
        }
    }
    let sequences: Map<String, Value> =
        sequences.into_iter().map(|(key, sequence)| (key, by_key(sequence))).collect();
    json!({ "by_key": sequences })
}

/// The stream chunk that an event carries.
fn chunk_of(entry: &Value) -> Option<&Value> {
    let streams = entry.get("event")?.as_str()?.ends_with("_stream");
    if streams { entry.get("data")?.as_object()?.get("chunk") } else { None }
}

/// The entries of one run. If all its chunks are plain objects they stand as one sequence per key in the
/// place of the first chunk; of the others only what differs from the first besides the chunk is kept.
fn gather_chunks(entries: Vec<Value>) -> Vec<Value> {
    let chunks: Vec<Value> = entries.iter().filter_map(chunk_of).cloned().collect();
    if chunks.is_empty() || !chunks.iter().all(is_plain_object) {
        return entries;
    }
    let mut sequences = Some(json!({ "chunks": by_key(chunks) }));
    let mut first: Option<Value> = None;
    let mut out = Vec::new();
    for mut entry in entries {
        if chunk_of(&entry).is_none() {
            out.push(entry);
            continue;
        }
        set(&mut entry, "data", Value::Null);
        match &first {
            None => {
                let mut gathered = entry.clone();
                set(&mut gathered, "data", sequences.take().unwrap_or_default());
                out.push(gathered);
                first = Some(entry);
            }
            Some(first) if *first == entry => {}
            Some(_) => out.push(entry),
        }
    }
    out
}

fn set(entry: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = entry {
        map.insert(key.to_owned(), value);
    }
}

struct Run<'a> {
    id: Option<&'a str>,
    parent: Option<usize>,
    children: Vec<usize>,
    /// Each entry with the runs that it names, its own last.
    entries: Vec<(&'a Value, Vec<Option<&'a str>>)>,
}

struct Tree<'a> {
    lineage: Lineage,
    runs: Vec<Run<'a>>,
    roots: Vec<usize>,
}

struct Node {
    value: Value,
    /// The canonical text of the value, made of those of its parts.
    text: String,
}

impl<'a> Tree<'a> {
    fn new(entries: &'a [Value], lineage: Lineage) -> Self {
        let mut tree = Self { lineage, runs: Vec::new(), roots: Vec::new() };
        let mut places = HashMap::new();
        for entry in entries {
            let mut chain = lineage.parents(entry);
            chain.push(run_of(entry));
            let mut above: Option<usize> = None;
            for &id in &chain {
                let at = *places.entry(id).or_insert_with(|| {
                    tree.runs.push(Run { id, parent: None, children: Vec::new(), entries: Vec::new() });
                    tree.runs.len() - 1
                });
                // The first parent that is named for a run is the one that counts.
                if let Some(run) = tree.runs.get_mut(at)
                    && run.parent.is_none()
                {
                    run.parent = above;
                }
                above = id.map(|_| at);
            }
            if let Some(run) = places.get(&run_of(entry)).and_then(|&at| tree.runs.get_mut(at)) {
                run.entries.push((entry, chain));
            }
        }
        tree.link();
        tree
    }

    fn link(&mut self) {
        for at in 0..self.runs.len() {
            let parent = self.runs.get(at).and_then(|run| run.parent);
            match parent.and_then(|parent| self.runs.get_mut(parent)) {
                Some(parent) => parent.children.push(at),
                None => self.roots.push(at),
            }
        }
    }

    /// Runs that are their own ancestors hang on no root and do not come out.
    fn nodes(&self, runs: &[usize], path: &mut Vec<Option<&'a str>>) -> Vec<Node> {
        let mut nodes: Vec<_> =
            runs.iter().filter_map(|&at| self.runs.get(at)).map(|run| self.node(run, path)).collect();
        nodes.sort_by(|a, b| a.text.cmp(&b.text));
        nodes
    }

    fn node(&self, run: &Run<'a>, path: &mut Vec<Option<&'a str>>) -> Node {
        path.push(run.id);
        let expected = match self.lineage {
            Lineage::Ancestors => path.as_slice(),
            Lineage::Parent => path.get(path.len().saturating_sub(2)..).unwrap_or_default(),
        };
        let own = run.entries.iter().map(|(entry, chain)| {
            let mut entry = anonymous(entry, run.id);
            if chain.as_slice() != expected {
                set(&mut entry, "parents", Value::from("not those of the run's other entries"));
            }
            entry
        });
        let own = Value::Array(gather_chunks(own.collect()));
        let children = self.nodes(&run.children, path);
        path.pop();
        let texts: Vec<&str> = children.iter().map(|child| child.text.as_str()).collect();
        let text = format!(r#"{{"children":[{}],"own":{}}}"#, texts.join(","), canonical::text(&own));
        let children: Value = children.into_iter().map(|child| child.value).collect();
        Node { value: json!({ "own": own, "children": children }), text }
    }
}
