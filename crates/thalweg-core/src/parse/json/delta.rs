//! [`delta`]: in which entries two objects may differ.

use crate::value::{Dynamic, Map, Text};

/// The entries that only one of two objects has, and those of both that may differ.
pub(super) struct Delta<'a> {
    pub(super) removed: Vec<(&'a Text, &'a Dynamic)>,
    pub(super) added: Vec<(&'a Text, &'a Dynamic)>,
    pub(super) kept: Vec<(&'a Text, &'a Dynamic, &'a Dynamic)>,
}

/// Finds the differing entries of two objects: of snapshots of one object without going through it. Entries
/// are in the order of `to` where they were added, else in that of `from`.
pub(super) fn delta<'a>(from: &'a Map, to: &'a Map) -> Delta<'a> {
    let mut delta = Delta { removed: Vec::new(), added: Vec::new(), kept: Vec::new() };
    let Some(keys) = to.written_since(from) else {
        for (key, old) in from.iter() {
            match to.get(key) {
                Some(new) => delta.kept.push((key, old, new)),
                None => delta.removed.push((key, old)),
            }
        }
        delta.added.extend(to.iter().filter(|(key, _)| !from.contains_key(key)));
        return delta;
    };
    for key in keys {
        match (from.get(key), to.get(key)) {
            (Some(old), Some(new)) => delta.kept.push((key, old, new)),
            (Some(old), None) => delta.removed.push((key, old)),
            (None, Some(new)) => delta.added.push((key, new)),
            (None, None) => {}
        }
    }
    delta.removed.sort_by_key(|(key, _)| from.place(key));
    delta.added.sort_by_key(|(key, _)| to.place(key));
    delta.kept.sort_by_key(|(key, ..)| from.place(key));
    delta
}
