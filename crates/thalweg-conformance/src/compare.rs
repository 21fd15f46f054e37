//! Says where an observed result differs from the expected one. Imports `canonical`, `causality`, `ids`,
//! `read` and `unordered`.

use std::fmt;

use serde_json::{Map, Value};

use crate::read::is_held_integer;
use crate::unordered::{is_error, is_framework};
use crate::{canonical, causality, ids, unordered};

/// How much of a value is shown in a difference, in characters.
const SHOWN: usize = 300;

/// What counts when two results are compared.
///
/// ```
/// use serde_json::json;
/// use thalweg_conformance::compare::{Rules, differences};
///
/// let expected = json!({ "events": [{ "run_id": "r0", "tags": ["a", "b"] }] });
/// let observed = json!({ "events": [{ "run_id": "7f3a", "tags": ["b", "a"] }] });
/// assert!(differences(&expected, &observed, Rules::default(), 10).is_empty());
///
/// let strict = Rules { tag_order: true, ..Rules::default() };
/// assert_eq!(differences(&expected, &observed, strict, 10).len(), 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Runs may stand beside each other: order counts per run only. Default: false.
    pub unordered: bool,
    /// The order of a run's tags counts. Default: false.
    pub tag_order: bool,
}

/// One place where two results differ.
///
/// ```
/// use serde_json::json;
/// use thalweg_conformance::compare::{Rules, differences};
///
/// let found = differences(&json!({ "output": 1 }), &json!({ "output": 1.0 }), Rules::default(), 10);
/// assert_eq!(found[0].to_string(), "/output: expected 1, got 1.0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The keys and positions that lead there, each after a slash. With [`Rules::unordered`] they lead
    /// through the form in which the results were compared.
    pub path: String,
    /// What is different.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {}", self.what)
    }
}

/// The first `max` differences between an expected and an observed result; none if they are equal.
#[must_use]
pub fn differences(expected: &Value, observed: &Value, rules: Rules, max: usize) -> Vec<Difference> {
    let prepare = |result: &Value| {
        let mut result = result.clone();
        if !rules.tag_order {
            sort_tags(&mut result);
        }
        ids::rename_runs(&mut result);
        result
    };
    let (mut expected, mut observed) = (prepare(expected), prepare(observed));
    let mut found = Vec::new();
    if rules.unordered {
        found
            .extend(causality::breaches(&observed).into_iter().map(|(path, what)| Difference { path, what }));
        (expected, observed) = (unordered::form(expected), unordered::form(observed));
    }
    let mut comparison = Comparison { found, max, path: Vec::new() };
    comparison.values(&expected, &observed);
    comparison.found.truncate(max);
    comparison.found
}

/// Sorts the tags of runs, wherever a run shows its tags. On the way, calls and values that are left out
/// become empty ones: leaving out and writing nothing are the same there.
fn sort_tags(result: &mut Value) {
    for event in list(result.get_mut("events")) {
        sort_tags_of(event);
    }
    for handler in list(result.get_mut("handlers")) {
        if let Value::Object(handler) = handler {
            let calls = handler.entry("calls").or_insert_with(|| Value::Array(Vec::new()));
            list(Some(calls)).iter_mut().for_each(sort_tags_of);
        }
    }
    for patch in list(result.get_mut("log")) {
        for operation in list(Some(patch)) {
            if let Value::Object(operation) = operation {
                sort_tags_of(operation.entry("value").or_insert(Value::Null));
            }
        }
    }
}

fn list(value: Option<&mut Value>) -> &mut [Value] {
    value.and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
}

fn sort_tags_of(entry: &mut Value) {
    if let Some(Value::Array(tags)) = entry.get_mut("tags") {
        canonical::sort(tags);
    }
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Position(usize),
}

struct Comparison<'a> {
    found: Vec<Difference>,
    max: usize,
    path: Vec<Step<'a>>,
}

impl<'a> Comparison<'a> {
    fn is_full(&self) -> bool {
        self.found.len() >= self.max
    }

    fn add(&mut self, what: String) {
        let mut path = String::new();
        for step in &self.path {
            path.push('/');
            match step {
                Step::Key(key) => path.push_str(key),
                Step::Position(at) => path.push_str(&at.to_string()),
            }
        }
        self.found.push(Difference { path, what });
    }

    /// Does something one step further down.
    fn at(&mut self, step: Step<'a>, then: impl FnOnce(&mut Self)) {
        self.path.push(step);
        then(self);
        self.path.pop();
    }

    fn values(&mut self, expected: &'a Value, observed: &'a Value) {
        if self.is_full() {
            return;
        }
        match (expected, observed) {
            (Value::Object(a), Value::Object(b)) if is_held_integer(a) != is_held_integer(b) => {
                self.add(instead(expected, observed));
            }
            (Value::Object(a), Value::Object(b)) if is_error(a) => self.errors(a, b, (expected, observed)),
            (Value::Object(a), Value::Object(b)) => self.objects(a, b),
            (Value::Array(a), Value::Array(b)) => self.lists(a, b),
            (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => {
                if !close(a.as_f64().unwrap_or(f64::NAN), b.as_f64().unwrap_or(f64::NAN)) {
                    self.add(instead(expected, observed));
                }
            }
            _ if expected == observed => {}
            _ => self.add(instead(expected, observed)),
        }
    }

    fn errors(&mut self, a: &'a Map<String, Value>, b: &'a Map<String, Value>, whole: (&Value, &Value)) {
        let get = |map: &'a Map<String, Value>, key| map.get(key).unwrap_or(&Value::Null);
        if !is_error(b) || get(a, "error") != get(b, "error") {
            self.add(instead(whole.0, whole.1));
        } else if !is_framework(a) && get(a, "message") != get(b, "message") {
            self.at(Step::Key("message"), |this| this.add(instead(get(a, "message"), get(b, "message"))));
        }
    }

    fn objects(&mut self, a: &'a Map<String, Value>, b: &'a Map<String, Value>) {
        if a.get("$").and_then(Value::as_str) == Some("free_text") {
            return;
        }
        for (key, value) in a {
            self.at(Step::Key(key), |this| match b.get(key) {
                Some(other) => this.values(value, other),
                None => this.add(format!("missing; expected {}", show(value))),
            });
            if self.is_full() {
                return;
            }
        }
        for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
            self.at(Step::Key(key), |this| this.add(format!("not expected; got {}", show(value))));
            if self.is_full() {
                return;
            }
        }
    }

    fn lists(&mut self, a: &'a [Value], b: &'a [Value]) {
        for (i, (x, y)) in a.iter().zip(b).enumerate() {
            self.at(Step::Position(i), |this| this.values(x, y));
            if self.is_full() {
                return;
            }
        }
        if let Some(first) = a.get(b.len()) {
            let what = format!("{} of {} missing, the first: {}", a.len() - b.len(), a.len(), show(first));
            self.at(Step::Position(b.len()), |this| this.add(what));
        }
        if let Some(first) = b.get(a.len()) {
            let what = format!(
                "{} more than the {} expected, the first: {}",
                b.len() - a.len(),
                a.len(),
                show(first)
            );
            self.at(Step::Position(a.len()), |this| this.add(what));
        }
    }
}

/// Whether two floats are equal to 12 digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

fn instead(expected: &Value, observed: &Value) -> String {
    format!("expected {}, got {}", show(expected), show(observed))
}

fn show(value: &Value) -> String {
    let text = canonical::text(value);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text,
    }
}
