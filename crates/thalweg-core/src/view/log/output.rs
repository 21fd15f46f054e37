//! [`Output`]: a call's output as it grows.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::message::{MessageChunk, MessageFold};
use crate::output::{Generation, GenerationFold};
use crate::parse::json::{PatchOp, patch};
use crate::value::growing::{GrowingList, GrowingText};
use crate::value::{Dynamic, Fold, Map, Text, add_numbers};

/// The sum of a call's chunks, by the rules of [`DynamicFold`](crate::value::DynamicFold). Other than a fold it says
/// after each chunk what has changed, and looks at nothing else: texts and lists share what they had before with what
/// they have now, and of objects only the keys of the chunk are compared. Messages are copied for each chunk.
#[derive(Debug, Default)]
pub(super) struct Output(Grown);

#[derive(Debug)]
enum Grown {
    One(Dynamic),
    Text(GrowingText),
    List(GrowingList),
    Map(IndexMap<Text, Self>),
}

impl Default for Grown {
    fn default() -> Self {
        Self::One(Dynamic::Null)
    }
}

impl Output {
    /// Takes the next chunk; gives the operations that make the new output of the one before. A chunk that cannot be
    /// added stands for the output from then on; if it is not to be compared with what was there, it replaces that.
    pub(super) fn push(&mut self, chunk: &Dynamic, compares: bool) -> Vec<PatchOp> {
        match self.0.add(chunk) {
            Some((before, after)) => patch(Some(&before), &after),
            None if compares => self.replace(chunk),
            None => {
                self.0 = Grown::One(chunk.clone());
                patch(None, chunk)
            }
        }
    }

    /// Takes the whole output so far; gives the operations that make it of the one before.
    pub(super) fn replace(&mut self, whole: &Dynamic) -> Vec<PatchOp> {
        let before = self.0.snapshot();
        self.0 = Grown::One(whole.clone());
        patch(Some(&before), whole)
    }
}

/// A value before and after a change; of objects only what the change had to do with.
type Change = (Dynamic, Dynamic);

impl Grown {
    /// The whole value now.
    fn snapshot(&mut self) -> Dynamic {
        match self {
            Self::One(value) => value.clone(),
            Self::Text(text) => Dynamic::Text(text.snapshot(None)),
            Self::List(list) => Dynamic::List(list.snapshot(list.len(), None)),
            Self::Map(entries) => {
                let entries = entries.iter_mut().map(|(key, value)| (key.clone(), value.snapshot()));
                Dynamic::Map(entries.collect::<Map>().additive())
            }
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::One(Dynamic::Null))
    }

    /// Adds a chunk in place; `None` if the two do not add up.
    fn add(&mut self, chunk: &Dynamic) -> Option<Change> {
        if self.is_null() {
            *self = Self::One(chunk.clone());
            return Some((Dynamic::Null, chunk.clone()));
        }
        match chunk {
            Dynamic::Map(map) => return self.add_map(map),
            Dynamic::Text(piece) => {
                if let Self::One(Dynamic::Text(own)) = self {
                    let mut text = GrowingText::default();
                    text.push_str(own);
                    *self = Self::Text(text);
                }
                let Self::Text(_) = self else { return None };
                let before = self.snapshot();
                if let Self::Text(text) = self {
                    text.push_str(piece);
                }
                return Some((before, self.snapshot()));
            }
            Dynamic::List(more) => {
                if let Self::One(Dynamic::List(own)) = self {
                    let mut list = GrowingList::default();
                    own.iter().for_each(|value| list.push(value.clone()));
                    *self = Self::List(list);
                }
                let Self::List(_) = self else { return None };
                let before = self.snapshot();
                if let Self::List(list) = self {
                    more.iter().for_each(|value| list.push(value.clone()));
                }
                return Some((before, self.snapshot()));
            }
            _ => {}
        }
        let Self::One(own) = self else { return None };
        let sum = match (&*own, chunk) {
            (Dynamic::Chunk(own), Dynamic::Chunk(chunk)) => add_messages(own, chunk)?,
            (Dynamic::Generation(own), Dynamic::Generation(chunk)) => add_generations(own, chunk)?,
            (own, chunk) => add_numbers(own, chunk)?,
        };
        Some((std::mem::replace(own, sum.clone()), sum))
    }

    /// Adds a piece of a streamed object.
    fn add_map(&mut self, piece: &Map) -> Option<Change> {
        if let Self::One(Dynamic::Map(own)) = self
            && (own.is_additive() || piece.is_additive())
        {
            let entries = std::mem::take(own).into_iter().map(|(key, value)| (key, Self::One(value)));
            *self = Self::Map(entries.collect());
        }
        let Self::Map(own) = self else { return None };
        let mut added = Vec::new();
        let mut changed = Vec::new();
        for (key, value) in piece.iter() {
            let Some((place, _, here)) = own.get_full_mut(key.as_str()) else {
                own.insert(key.clone(), Self::One(value.clone()));
                added.push((key.clone(), value.clone()));
                continue;
            };
            if value.is_null() && !here.is_null() && !piece.is_replacing() {
                continue;
            }
            let change = if piece.is_replacing() { None } else { here.add(value) };
            let (before, after) = change.unwrap_or_else(|| {
                let before = here.snapshot();
                *here = Self::One(value.clone());
                (before, value.clone())
            });
            changed.push((place, key.clone(), before, after));
        }
        // The keys that were there before are compared in their own order.
        changed.sort_by_key(|(place, ..)| *place);
        let (mut before, mut after) = (Map::new(), Map::new());
        for (_, key, old, new) in changed {
            before.insert(key.clone(), old);
            after.insert(key, new);
        }
        for (key, new) in added {
            after.insert(key, new);
        }
        Some((before.into(), after.into()))
    }
}

fn add_messages(own: &Arc<MessageChunk>, chunk: &MessageChunk) -> Option<Dynamic> {
    let mut fold = MessageFold::default();
    fold.try_merge(own).ok()?;
    fold.try_merge(chunk).ok()?;
    fold.finish().map(Dynamic::from)
}

fn add_generations(own: &Arc<Generation>, chunk: &Generation) -> Option<Dynamic> {
    let mut fold = GenerationFold::default();
    fold.try_merge(own).ok()?;
    fold.try_merge(chunk).ok()?;
    fold.finish().map(Dynamic::from)
}
