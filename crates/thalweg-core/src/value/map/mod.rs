//! [`Map`]: an ordered object of dynamic values that clones in constant time. Objects that are being parsed are in `grown`,
//! what was written between two snapshots of one in `written`.

mod grown;
mod written;

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Slice;

use self::grown::{Grown, Iter, Tail};
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
