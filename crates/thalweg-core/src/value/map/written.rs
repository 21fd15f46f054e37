//! How two snapshots of one object that is parsed differ, told without comparing their values.

use std::sync::Arc;

use super::grown::Grown;
use super::{Map, Repr, slice};
use crate::value::{Dynamic, Text};

/// What was written to an object since an earlier snapshot of it.
impl Map {
    /// The keys whose values may differ from those in `earlier`, each once, without comparing any; `None` if the
    /// two have nothing to do with each other, so that all may.
    pub(crate) fn written_since<'a>(&'a self, earlier: &'a Self) -> Option<impl Iterator<Item = &'a Text>> {
        let (Repr::Grown(new), Repr::Grown(old)) = (&self.repr, &earlier.repr) else {
            return None;
        };
        if !Arc::ptr_eq(&new.entries, &old.entries) {
            return None;
        }
        let (from, to) = (old.written.min(new.written), old.written.max(new.written));
        let tail = |grown: &'a Grown| {
            let key = grown.tail.as_ref().map(|tail| &tail.key)?;
            // Not if the key has been written between the two.
            new.entries.last_of(key, to).is_none_or(|last| last < from).then_some(key)
        };
        let (old, new_tail) = (tail(old), tail(new));
        let tails = old.into_iter().chain(new_tail.filter(|key| Some(*key) != old));
        Some(new.entries.keys_between(from, to).chain(tails))
    }

    /// How many entries were written between two snapshots, or stand in both together if they have nothing to do
    /// with each other.
    pub(crate) fn written_apart(&self, other: &Self) -> usize {
        match (&self.repr, &other.repr) {
            (Repr::Grown(a), Repr::Grown(b)) if Arc::ptr_eq(&a.entries, &b.entries) => {
                a.written.abs_diff(b.written)
            }
            _ => self.len() + other.len(),
        }
    }

    /// The unfinished entries of two snapshots that have everything else in common.
    pub(crate) fn only_tails<'a>(&'a self, other: &'a Self) -> Option<(&'a Dynamic, &'a Dynamic)> {
        let (Repr::Grown(a), Repr::Grown(b)) = (&self.repr, &other.repr) else {
            return None;
        };
        let (Some(x), Some(y)) = (&a.tail, &b.tail) else { return None };
        let common = Arc::ptr_eq(&a.entries, &b.entries) && a.written == b.written && x.key == y.key;
        common.then_some((&x.value, &y.value))
    }

    /// The place of `key` among the entries, for sorting; the number does not count the places.
    pub(crate) fn place(&self, key: &str) -> usize {
        match &self.repr {
            Repr::Whole(entries) => {
                entries.as_ref().and_then(|entries| entries.get_index_of(key)).unwrap_or(usize::MAX)
            }
            Repr::Grown(grown) => grown.entries.find(key, grown.written).unwrap_or(usize::MAX),
        }
    }

    /// The object after its first `written` entries, and one more; the entries are counted as they were
    /// written, with repeated keys. Costs nothing for an object that was parsed.
    pub(crate) fn prefix(&self, written: usize, tail: Option<Dynamic>) -> Self {
        match &self.repr {
            Repr::Grown(grown) => {
                let key = grown.entries.get(written).map(|(key, _)| key.clone());
                let tail = key.zip(tail).map(|(key, value)| {
                    let first = grown.entries.find(&key, written);
                    (key, first, value)
                });
                Self::grown(Arc::clone(&grown.entries), written.min(grown.written), tail)
            }
            Repr::Whole(entries) => {
                let entries = slice(entries.as_ref());
                let tail = entries.get_index(written).map(|(key, _)| key.clone()).zip(tail);
                entries.iter().take(written).map(|(k, v)| (k.clone(), v.clone())).chain(tail).collect()
            }
        }
    }

    /// The value that was written as number `at`.
    pub(crate) fn written_at(&self, at: usize) -> Option<&Dynamic> {
        match &self.repr {
            Repr::Whole(entries) => slice(entries.as_ref()).get_index(at).map(|(_, value)| value),
            Repr::Grown(grown) => grown.entries.get(at).map(|(_, value)| value),
        }
    }
}
