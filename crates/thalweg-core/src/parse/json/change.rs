//! [`Change`]: what is new in a snapshot.

use super::delta::delta;
use super::patch::{PatchOp, patch};
use super::path::{Path, Step};
use crate::value::Dynamic;

/// A new value of a [`JsonParser`](super::JsonParser), and the one it was before.
///
/// It takes a list of the changed parts only when somebody asks, and then looks at these parts alone.
#[derive(Clone, Debug)]
pub struct Change {
    before: Option<Dynamic>,
    value: Dynamic,
}

impl Change {
    pub(super) fn new(before: Option<Dynamic>, value: Dynamic) -> Self {
        Self { before, value }
    }

    /// The value before; `None` if this is the first one.
    pub fn before(&self) -> Option<&Dynamic> {
        self.before.as_ref()
    }

    /// The value now.
    pub fn value(&self) -> &Dynamic {
        &self.value
    }

    /// The value now.
    pub fn into_value(self) -> Dynamic {
        self.value
    }

    /// The JSON Patch that makes the value of the one before.
    pub fn patch(&self) -> Vec<PatchOp> {
        patch(self.before.as_ref(), &self.value)
    }

    /// The innermost parts that are new, have changed or are gone, in the order of the value.
    pub fn paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        match &self.before {
            None => found.push(Path::default()),
            Some(before) => collect(before, &self.value, &mut Path::default(), &mut found),
        }
        found
    }
}

fn collect(before: &Dynamic, now: &Dynamic, path: &mut Path, found: &mut Vec<Path>) {
    match (before, now) {
        (Dynamic::List(before), Dynamic::List(now)) => {
            let shared = before.shared(now);
            let (old, new) = (before.iter_from(shared), now.iter_from(shared));
            for (index, (old, new)) in (shared..).zip(old.zip(new)) {
                within(path, Step::Index(index), |path| collect(old, new, path, found));
            }
            let (less, more) = (before.len().min(now.len()), before.len().max(now.len()));
            for index in less..more {
                within(path, Step::Index(index), |path| found.push(path.clone()));
            }
        }
        (Dynamic::Map(before), Dynamic::Map(now)) => {
            let delta = delta(before, now);
            for (key, old, new) in delta.kept {
                within(path, Step::Key(key.clone()), |path| collect(old, new, path, found));
            }
            for (key, _) in delta.removed.into_iter().chain(delta.added) {
                within(path, Step::Key(key.clone()), |path| found.push(path.clone()));
            }
        }
        _ if super::same::same_json(before, now) => {}
        _ => found.push(path.clone()),
    }
}

fn within(path: &mut Path, step: Step, then: impl FnOnce(&mut Path)) {
    path.0.push(step);
    then(path);
    path.0.pop();
}
