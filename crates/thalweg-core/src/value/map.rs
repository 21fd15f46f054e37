//! [`Map`]: an ordered object of dynamic values that clones in constant time.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Slice;

use super::growing::Entries;
use super::{Dynamic, Text};

/// An object: names and [`Dynamic`] values in the order of insertion; its clone shares the entries.
///
/// A map may be *additive* (see [`Map::additive`]): pieces of one streamed object, which add up key by key.
///
/// ```
/// use thalweg_core::value::{Dynamic, Map};
///
/// let map: Map = [("a", Dynamic::from(1))].into_iter().collect();
/// assert_eq!(map.get("a"), Some(&Dynamic::Int(1)));
/// ```
#[derive(Clone)]
pub struct Map {
    repr: Repr,
    part: Part,
}

#[derive(Clone)]
enum Repr {
    /// No entries until the first one, so that an empty map needs no allocation.
    Whole(Option<Arc<IndexMap<Text, Dynamic>>>),
    /// A snapshot of an object that was being parsed.
    Grown(Arc<Grown>),
}

/// What a map is in a stream of maps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All there is.
    Whole,
    /// A piece whose values are added to those that are there.
    Adds,
    /// A piece whose values stand for those that are there.
    Replaces,
}

struct Grown {
    entries: Arc<Entries>,
    /// How many of the entries belong to the snapshot.
    written: usize,
    tail: Option<Tail>,
}

/// One more entry, whose value was not finished.
struct Tail {
    key: Text,
    value: Dynamic,
    /// The entry of the same key, if there is one.
    first: Option<usize>,
}

impl Grown {
    fn len(&self) -> usize {
        let new = self.tail.as_ref().is_some_and(|tail| tail.first.is_none());
        self.written - self.entries.repeats(self.written) + usize::from(new)
    }

    /// The value of the key of entry `first`.
    fn value(&self, first: usize) -> Option<&Dynamic> {
        match &self.tail {
            Some(tail) if tail.first == Some(first) => Some(&tail.value),
            _ => self.entries.latest(first, self.written),
        }
    }

    fn get(&self, key: &str) -> Option<&Dynamic> {
        match &self.tail {
            Some(tail) if tail.key == *key => Some(&tail.value),
            _ => self.value(self.entries.find(key, self.written)?),
        }
    }

    fn iter(&self) -> Iter<'_> {
        Iter::Grown { grown: self, next: 0, end: self.written, tail: true, left: self.len() }
    }
}

impl Map {
    /// An empty map.
    pub const fn new() -> Self {
        Self { repr: Repr::Whole(None), part: Part::Whole }
    }

    /// The first `written` entries, and one more with its key's first entry.
    pub(super) fn grown(
        entries: Arc<Entries>,
        written: usize,
        tail: Option<(Text, Option<usize>, Dynamic)>,
    ) -> Self {
        let tail = tail.map(|(key, first, value)| Tail { key, value, first });
        Self { repr: Repr::Grown(Arc::new(Grown { entries, written, tail })), part: Part::Whole }
    }

    /// Marks the map as a piece of a streamed object: pieces of one stream add up key by key, where other
    /// objects replace each other. Parallel steps, `assign`, `pick` and the XML parser stream such pieces.
    #[must_use]
    pub fn additive(mut self) -> Self {
        self.part = Part::Adds;
        self
    }

    /// Marks the map as a piece of a streamed object whose values are whole: they take the place of those that
    /// earlier pieces had under the same keys. So a parallel step streams a branch that gives snapshots.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.part = Part::Replaces;
        self
    }

    /// Whether the map is a piece whose values take the place of earlier ones.
    pub fn is_replacing(&self) -> bool {
        self.part == Part::Replaces
    }

    /// Whether the map is a piece of a streamed object.
    pub fn is_additive(&self) -> bool {
        self.part != Part::Whole
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        match &self.repr {
            Repr::Whole(entries) => slice(entries.as_ref()).len(),
            Repr::Grown(grown) => grown.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&Dynamic> {
        match &self.repr {
            Repr::Whole(entries) => entries.as_ref()?.get(key),
            Repr::Grown(grown) => grown.get(key),
        }
    }

    /// Whether there is an entry `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The entries in order of insertion.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Dynamic)> + ExactSizeIterator {
        match &self.repr {
            Repr::Whole(entries) => Iter::Whole(slice(entries.as_ref()).iter()),
            Repr::Grown(grown) => grown.iter(),
        }
    }

    /// The names in order of insertion.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values in order of insertion.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Dynamic> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// Sets an entry (an existing one keeps its place) and returns the value it had; copies the map first
    /// if another clone shares it, or if it was parsed.
    pub fn insert(&mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Option<Dynamic> {
        self.entries_mut()?.insert(key.into(), value.into())
    }

    /// Removes an entry and returns its value; the others keep their order. Copies as [`insert`](Self::insert)
    /// does.
    pub fn remove(&mut self, key: &str) -> Option<Dynamic> {
        self.entries_mut()?.shift_remove(key)
    }

    /// The value at `key` for changing it; copies as [`insert`](Self::insert) does.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Dynamic> {
        self.entries_mut()?.get_mut(key)
    }

    /// The entries for changing them; always there.
    fn entries_mut(&mut self) -> Option<&mut IndexMap<Text, Dynamic>> {
        if let Repr::Grown(grown) = &self.repr {
            let entries = grown.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
            self.repr = Repr::Whole(Some(Arc::new(entries)));
        }
        match &mut self.repr {
            Repr::Whole(entries) => Some(Arc::make_mut(entries.get_or_insert_default())),
            Repr::Grown(_) => None,
        }
    }
}

fn slice(entries: Option<&Arc<IndexMap<Text, Dynamic>>>) -> &Slice<Text, Dynamic> {
    entries.map_or(Slice::new(), |entries| entries.as_slice())
}

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

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl From<IndexMap<Text, Dynamic>> for Map {
    fn from(entries: IndexMap<Text, Dynamic>) -> Self {
        Self { repr: Repr::Whole(Some(Arc::new(entries))), part: Part::Whole }
    }
}

impl IntoIterator for Map {
    type Item = (Text, Dynamic);
    type IntoIter = indexmap::map::IntoIter<Text, Dynamic>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.entries_mut().map(std::mem::take).unwrap_or_default().into_iter()
    }
}

impl<K: Into<Text>> FromIterator<(K, Dynamic)> for Map {
    fn from_iter<T: IntoIterator<Item = (K, Dynamic)>>(entries: T) -> Self {
        Self::from(entries.into_iter().map(|(k, v)| (k.into(), v)).collect::<IndexMap<_, _>>())
    }
}

/// Equal entries, in whatever order, and whether or not the maps are additive.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if let Some((a, b)) = self.only_tails(other) {
            return a == b;
        }
        match self.written_since(other) {
            Some(mut keys) => keys.all(|key| self.get(key) == other.get(key)),
            None => self.iter().all(|(key, value)| other.get(key) == Some(value)),
        }
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// An iterator over the entries of a [`Map`].
enum Iter<'a> {
    Whole(indexmap::map::Iter<'a, Text, Dynamic>),
    Grown {
        grown: &'a Grown,
        next: usize,
        end: usize,
        /// Whether the last entry is still to come.
        tail: bool,
        left: usize,
    },
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Text, &'a Dynamic);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Whole(entries) => entries.next(),
            Self::Grown { grown, next, end, tail, left } => {
                *left = left.checked_sub(1)?;
                while next < end {
                    let at = *next;
                    *next += 1;
                    if !grown.entries.is_repeat(at) {
                        return Some((&grown.entries.get(at)?.0, grown.value(at)?));
                    }
                }
                *tail = false;
                grown.tail.as_ref().map(|tail| (&tail.key, &tail.value))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Whole(entries) => entries.size_hint(),
            Self::Grown { left, .. } => (*left, Some(*left)),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Whole(entries) => entries.next_back(),
            Self::Grown { grown, next, end, tail, left } => {
                *left = left.checked_sub(1)?;
                if std::mem::take(tail)
                    && let Some(Tail { key, value, first: None }) = &grown.tail
                {
                    return Some((key, value));
                }
                while next < end {
                    *end -= 1;
                    if !grown.entries.is_repeat(*end) {
                        return Some((&grown.entries.get(*end)?.0, grown.value(*end)?));
                    }
                }
                None
            }
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}
