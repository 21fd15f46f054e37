//! [`Stored`]: values that a patch has added or removed, for turning pairs of both into moves.

use std::collections::HashMap;

use crate::parse::json::same::{hash_json, same_json};
use crate::value::Dynamic;

/// Values and the operations they belong to, to be found by value. Nothing is done with them before somebody
/// searches, which mostly nobody does.
#[derive(Debug, Default)]
pub(super) struct Stored {
    waiting: Vec<(Dynamic, usize)>,
    by_hash: HashMap<u64, Vec<(Dynamic, usize)>>,
}

impl Stored {
    pub(super) fn put(&mut self, value: Dynamic, operation: usize) {
        self.waiting.push((value, operation));
    }

    /// Takes out the operation of the last value that is the same JSON.
    pub(super) fn take(&mut self, value: &Dynamic) -> Option<usize> {
        for (value, operation) in self.waiting.drain(..) {
            self.by_hash.entry(hash_json(&value)).or_default().push((value, operation));
        }
        if self.by_hash.is_empty() {
            return None;
        }
        let alike = self.by_hash.get_mut(&hash_json(value))?;
        let found = alike.iter().rposition(|(other, _)| same_json(value, other))?;
        Some(alike.remove(found).1)
    }
}
