//! [`Value`] for the types of the standard library and for [`Dynamic`].

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{Dynamic, DynamicFold, Fold, Last, Map, Text, Value, empty_stream, schema};
use crate::error::Result;

/// Chunks append.
impl Value for String {
    type Chunk = Self;
    type Fold = TextFold;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.as_str().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        schema("type", "string")
    }
}

/// Chunks append.
impl Value for Text {
    type Chunk = Self;
    type Fold = TextFold;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        schema("type", "string")
    }
}

/// Appends texts.
///
/// ```
/// use thalweg_core::value::{Fold, TextFold};
///
/// let mut fold = TextFold::default();
/// fold.push(&"a".to_owned());
/// fold.push(&"b".to_owned());
/// assert_eq!(Fold::<String>::finish(fold), Some("ab".to_owned()));
/// ```
#[derive(Debug, Default)]
pub struct TextFold(Option<String>);

impl<C: AsRef<str> + From<String>> Fold<C> for TextFold {
    fn push(&mut self, chunk: &C) -> bool {
        self.0.get_or_insert_default().push_str(chunk.as_ref());
        true
    }

    fn finish(self) -> Option<C> {
        self.0.map(C::from)
    }
}

/// Chunks are lists, which append.
impl<T: Value> Value for Vec<T> {
    type Chunk = Self;
    type Fold = ListFold<T>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        Dynamic::List(self.iter().map(T::to_dynamic).collect())
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        let entries = [("type", Dynamic::from("array")), ("items", T::schema())];
        entries.into_iter().collect::<Map>().into()
    }
}

/// Appends lists.
///
/// ```
/// use thalweg_core::value::{Fold, ListFold};
///
/// let mut fold = ListFold::default();
/// fold.push(&vec![1]);
/// fold.push(&vec![2, 3]);
/// assert_eq!(fold.finish(), Some(vec![1, 2, 3]));
/// ```
#[derive(Debug)]
pub struct ListFold<T>(Option<Vec<T>>);

impl<T> Default for ListFold<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone + Send + 'static> Fold<Vec<T>> for ListFold<T> {
    fn push(&mut self, chunk: &Vec<T>) -> bool {
        self.0.get_or_insert_default().extend_from_slice(chunk);
        true
    }

    fn finish(self) -> Option<Vec<T>> {
        self.0
    }
}

/// Chunks that are there add up as those of `T` do; of a chunk that is there and one that is not the last one
/// counts.
impl<T: Value> Value for Option<T> {
    type Chunk = Option<T::Chunk>;
    type Fold = OptionFold<T>;

    fn into_chunk(self) -> Self::Chunk {
        self.map(T::into_chunk)
    }

    fn from_sum(sum: Option<Self::Chunk>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)?.map(|sum| T::from_sum(Some(sum))).transpose()
    }

    fn to_dynamic(&self) -> Dynamic {
        self.as_ref().map_or(Dynamic::Null, T::to_dynamic)
    }

    fn chunk_to_dynamic(chunk: &Self::Chunk) -> Dynamic {
        chunk.as_ref().map_or(Dynamic::Null, T::chunk_to_dynamic)
    }

    fn schema() -> Dynamic {
        schema("anyOf", vec![T::schema(), schema("type", "null")])
    }
}

/// The fold of chunks that may be absent.
///
/// ```
/// use thalweg_core::value::{Fold, OptionFold};
///
/// let mut fold = OptionFold::<String>::default();
/// fold.push(&Some("a".to_owned()));
/// fold.push(&Some("b".to_owned()));
/// assert_eq!(fold.finish(), Some(Some("ab".to_owned())));
/// ```
pub struct OptionFold<T: Value> {
    started: bool,
    fold: Option<T::Fold>,
}

impl<T: Value> Default for OptionFold<T> {
    fn default() -> Self {
        Self { started: false, fold: None }
    }
}

impl<T: Value> std::fmt::Debug for OptionFold<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OptionFold").field("started", &self.started).finish_non_exhaustive()
    }
}

impl<T: Value> Fold<Option<T::Chunk>> for OptionFold<T> {
    fn push(&mut self, chunk: &Option<T::Chunk>) -> bool {
        let started = std::mem::replace(&mut self.started, true);
        match chunk {
            None => self.fold.take().is_none() || !started,
            Some(chunk) => self.fold.get_or_insert_default().push(chunk),
        }
    }

    fn finish(self) -> Option<Option<T::Chunk>> {
        self.started.then(|| self.fold.and_then(Fold::finish))
    }
}

/// The rule fits the values at hand, see [`DynamicFold`].
impl Value for Dynamic {
    type Chunk = Self;
    type Fold = DynamicFold;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.clone()
    }

    fn schema() -> Dynamic {
        Self::Map(Map::new())
    }
}

/// Of several objects the last one counts.
impl<K, T, S> Value for HashMap<K, T, S>
where
    K: Clone + Eq + Hash + AsRef<str> + Send + Sync + 'static,
    T: Value,
    S: BuildHasher + Clone + Default + Send + Sync + 'static,
{
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        object(self)
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        let entries = [("type", Dynamic::from("object")), ("additionalProperties", T::schema())];
        entries.into_iter().collect::<Map>().into()
    }
}

/// Of several objects the last one counts.
impl<K, T> Value for BTreeMap<K, T>
where
    K: Clone + Ord + AsRef<str> + Send + Sync + 'static,
    T: Value,
{
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        object(self)
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        let entries = [("type", Dynamic::from("object")), ("additionalProperties", T::schema())];
        entries.into_iter().collect::<Map>().into()
    }
}

fn object<'a, K: AsRef<str> + 'a, T: Value>(entries: impl IntoIterator<Item = (&'a K, &'a T)>) -> Dynamic {
    Dynamic::Map(entries.into_iter().map(|(key, value)| (key.as_ref(), value.to_dynamic())).collect::<Map>())
}
