//! Names in Mustache templates: what they refer to in the scopes around them.

use crate::value::{Dynamic, Text};

/// A name, taken apart at its dots.
#[derive(Debug)]
pub(super) struct Path {
    /// None for `.`, the innermost scope itself.
    parts: Option<Vec<Text>>,
}

impl Path {
    pub(super) fn new(name: &str) -> Self {
        Self { parts: (name != ".").then(|| name.split('.').map(Text::from).collect()) }
    }

    pub(super) fn is_dot(&self) -> bool {
        self.parts.is_none()
    }

    /// The variable it begins with.
    pub(super) fn root(&self) -> Option<&Text> {
        self.parts.as_ref()?.first()
    }
}

/// The values of the sections around a tag; the outermost is the object of all variables.
pub(super) struct Scopes {
    root: Dynamic,
    inner: Vec<Dynamic>,
    /// What the rendering has cost so far.
    pub(super) steps: u64,
}

impl Scopes {
    pub(super) fn new(root: Dynamic) -> Self {
        Self { root, inner: Vec::new(), steps: 0 }
    }

    pub(super) fn push(&mut self, scope: Dynamic) {
        self.inner.push(scope);
    }

    pub(super) fn pop(&mut self) {
        self.inner.pop();
    }

    /// The scope around the innermost one.
    pub(super) fn outer(&self) -> Dynamic {
        self.inner.iter().rev().nth(1).unwrap_or(&self.root).clone()
    }

    /// What a name refers to: the innermost scope that has it counts. Empty for a name that none has, and for
    /// values that are empty themselves; zero and false stay what they are.
    pub(super) fn get(&mut self, path: &Path) -> Dynamic {
        let Some(parts) = &path.parts else {
            return self.inner.last().unwrap_or(&self.root).clone();
        };
        for scope in self.inner.iter().rev().chain([&self.root]) {
            self.steps += 1;
            if let Some(value) = find(scope, parts) {
                return if is_true(value) || is_zero(value) {
                    value.clone()
                } else {
                    Dynamic::Text(Text::EMPTY)
                };
            }
        }
        Dynamic::Text(Text::EMPTY)
    }
}

fn find<'a>(scope: &'a Dynamic, parts: &[Text]) -> Option<&'a Dynamic> {
    let mut value = scope;
    for part in parts {
        // Nothing is looked for inside of zero and false: they stand for themselves.
        if is_zero(value) {
            return Some(value);
        }
        value = match value {
            Dynamic::Map(map) => map.get(part)?,
            Dynamic::List(list) => list.get(index(part, list.len())?)?,
            _ => return None,
        };
    }
    Some(value)
}

/// An index as Python reads it: signs and underscores are allowed, negative ones count from the end.
fn index(text: &str, len: usize) -> Option<usize> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    if digits.split('_').any(|group| group.is_empty() || !group.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let n: usize = digits.replace('_', "").parse().ok()?;
    if negative && n > 0 { len.checked_sub(n) } else { Some(n) }
}

fn is_zero(value: &Dynamic) -> bool {
    match value {
        Dynamic::Bool(b) => !b,
        Dynamic::Int(n) => *n == 0,
        Dynamic::Float(x) => *x == 0.0,
        _ => false,
    }
}

/// Whether a section over the value is written: not for null, false, zero, and what is empty.
pub(super) fn is_true(value: &Dynamic) -> bool {
    match value {
        Dynamic::Null => false,
        Dynamic::Text(text) => !text.is_empty(),
        Dynamic::List(list) => !list.is_empty(),
        Dynamic::Map(map) => !map.is_empty(),
        value => !is_zero(value),
    }
}
