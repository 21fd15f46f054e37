//! [`Value`] for [`Map`] and [`List`].

use super::{Dynamic, DynamicFold, Fold, List, Map, Value, schema};
use crate::error::Result;

/// Pieces of a streamed object add up key by key ([`Map::additive`]); of other objects the last one counts. A
/// stream without chunks is an empty object.
impl Value for Map {
    type Chunk = Self;
    type Fold = PartsFold;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        Ok(sum.unwrap_or_default())
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        schema("type", "object")
    }
}

/// Lists append. A stream without chunks is an empty list.
impl Value for List {
    type Chunk = Self;
    type Fold = PartsFold;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        Ok(sum.unwrap_or_default())
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }

    fn schema() -> Dynamic {
        schema("type", "array")
    }
}

/// Adds up maps, or lists.
///
/// ```
/// use thalweg_core::value::{Fold, Map, PartsFold};
/// use thalweg_core::vars;
///
/// let mut fold = PartsFold::default();
/// fold.push(&vars! { "text": "one " }.additive());
/// fold.push(&vars! { "text": "two", "more": 3 }.additive());
/// let sum: Option<Map> = fold.finish();
/// assert_eq!(sum, Some(vars! { "text": "one two", "more": 3 }));
/// ```
#[derive(Debug, Default)]
pub struct PartsFold(DynamicFold);

impl Fold<Map> for PartsFold {
    fn push(&mut self, chunk: &Map) -> bool {
        self.0.push(&Dynamic::Map(chunk.clone()))
    }

    fn finish(self) -> Option<Map> {
        match self.0.finish() {
            Some(Dynamic::Map(map)) => Some(map),
            // Objects only add up to objects.
            _ => None,
        }
    }
}

impl Fold<List> for PartsFold {
    fn push(&mut self, chunk: &List) -> bool {
        self.0.push(&Dynamic::List(chunk.clone()))
    }

    fn finish(self) -> Option<List> {
        match self.0.finish() {
            Some(Dynamic::List(list)) => Some(list),
            // Lists only add up to lists.
            _ => None,
        }
    }
}
