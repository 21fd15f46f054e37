//! Scenario files: finding them in a folder, and taking one apart into what is run and what was recorded.
//! Imports nothing of this crate.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

/// A scenario, with its record apart so that the runner can't see it.
///
/// ```
/// use serde_json::json;
/// use thalweg_conformance::scenario::Scenario;
///
/// let file = json!({ "name": "lambda/upper", "spec": {}, "expected": { "output": "A" } });
/// let scenario = Scenario::from_value(file, "ignored").unwrap();
/// assert_eq!(scenario.name, "lambda/upper");
/// assert!(scenario.run.get("expected").is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// The words by which coverage is counted.
    pub features: Vec<String>,
    /// Whether order counts per run only.
    pub unordered: bool,
    /// The whole file but for `expected`.
    pub run: Value,
    /// What was recorded, if anything was.
    pub expected: Option<Value>,
}

impl Scenario {
    /// Takes a file's document apart. `name` is used where the document has none. None if it has no `spec`
    /// and so is no scenario.
    pub fn from_value(file: Value, name: &str) -> Option<Self> {
        let Value::Object(mut file) = file else {
            return None;
        };
        if !file.contains_key("spec") {
            return None;
        }
        let text = |file: &Map<String, Value>, key| file.get(key).and_then(Value::as_str).map(str::to_owned);
        let features = file.get("features").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Some(Self {
            name: text(&file, "name").unwrap_or_else(|| name.to_owned()),
            features: features.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            unordered: file.get("unordered").and_then(Value::as_bool).unwrap_or(false),
            expected: file.shift_remove("expected"),
            run: Value::Object(file),
        })
    }
}

/// Every `*.json` below a folder, sorted by path. Linked folders are not entered.
///
/// # Errors
/// A folder can't be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The name that a file's place below a folder gives: the path without `.json`, with slashes.
pub fn name_of(file: &Path, folder: &Path) -> String {
    let place = file.strip_prefix(folder).unwrap_or(file).with_extension("");
    let parts: Vec<_> = place.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
