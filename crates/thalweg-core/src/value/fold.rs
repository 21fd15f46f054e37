//! [`DynamicFold`]: adds up chunks whose type is known only at run time.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Dynamic, Fold, Map, Text};
use crate::message::{MessageChunk, MessageFold};
use crate::output::{Generation, GenerationFold};

/// Adds up chunks by the rule that fits the values at hand: texts, lists and numbers with `+` (a truth value is 0 or 1), message chunks
/// and chunks of generations by their own rules, and pieces of streamed objects ([`Map::additive`]) key by
/// key. Of everything else the last one counts, and so it does where two chunks do not add up.
///
/// ```
/// use thalweg_core::value::{Dynamic, DynamicFold, Fold};
///
/// let mut fold = DynamicFold::default();
/// fold.push(&Dynamic::from("one "));
/// fold.push(&Dynamic::from("two"));
/// assert_eq!(fold.finish(), Some(Dynamic::from("one two")));
/// ```
#[derive(Debug, Default)]
pub struct DynamicFold(Sum);

#[derive(Debug, Default)]
enum Sum {
    #[default]
    Empty,
    /// One value, or a number, which needs no room to grow.
    One(Dynamic),
    Text(String),
    List(Vec<Dynamic>),
    Map(IndexMap<Text, DynamicFold>),
    Chunk(Box<MessageFold>),
    Generation(Box<GenerationFold>),
}

impl Fold<Dynamic> for DynamicFold {
    fn push(&mut self, chunk: &Dynamic) -> bool {
        let first = matches!(self.0, Sum::Empty) || self.is_null();
        let added = !first && self.add(chunk);
        if !added {
            self.0 = Sum::One(chunk.clone());
        }
        first || added
    }

    fn finish(self) -> Option<Dynamic> {
        match self.0 {
            Sum::Empty => None,
            Sum::One(value) => Some(value),
            Sum::Text(text) => Some(text.into()),
            Sum::List(list) => Some(Dynamic::List(list.into())),
            Sum::Map(entries) => {
                let entries = entries.into_iter().filter_map(|(key, fold)| Some((key, fold.finish()?)));
                Some(Dynamic::Map(entries.collect::<Map>().additive()))
            }
            Sum::Chunk(fold) => fold.finish().map(|chunk| Dynamic::Chunk(Arc::new(chunk))),
            Sum::Generation(fold) => {
                fold.finish().map(|generation| Dynamic::Generation(Arc::new(generation)))
            }
        }
    }
}

impl DynamicFold {
    fn is_null(&self) -> bool {
        matches!(self.0, Sum::One(Dynamic::Null))
    }

    /// Adds a chunk in place; `false` if the two do not add up.
    fn add(&mut self, chunk: &Dynamic) -> bool {
        match chunk {
            Dynamic::Text(text) => self.add_text(text),
            Dynamic::List(list) => self.open_list().is_some_and(|own| {
                own.extend(list.iter().cloned());
                true
            }),
            Dynamic::Map(map) => self.add_map(map),
            Dynamic::Chunk(chunk) => self.add_chunk(chunk),
            Dynamic::Generation(generation) => self.add_generation(generation),
            number => match &mut self.0 {
                Sum::One(own) => add_numbers(&counted(own), &counted(number)).is_some_and(|sum| {
                    *own = sum;
                    true
                }),
                _ => false,
            },
        }
    }

    fn add_text(&mut self, text: &Text) -> bool {
        if let Sum::One(Dynamic::Text(own)) = &self.0 {
            let mut grown = String::with_capacity((own.len() + text.len()).max(64));
            grown.push_str(own);
            self.0 = Sum::Text(grown);
        }
        match &mut self.0 {
            Sum::Text(own) => {
                own.push_str(text);
                true
            }
            _ => false,
        }
    }

    fn open_list(&mut self) -> Option<&mut Vec<Dynamic>> {
        if let Sum::One(Dynamic::List(own)) = &mut self.0 {
            self.0 = Sum::List(std::mem::take(own).into());
        }
        match &mut self.0 {
            Sum::List(own) => Some(own),
            _ => None,
        }
    }

    /// Two objects add up if one of them is a piece of a streamed one.
    fn add_map(&mut self, map: &Map) -> bool {
        if let Sum::One(Dynamic::Map(own)) = &mut self.0
            && (own.is_additive() || map.is_additive())
        {
            let entries = std::mem::take(own).into_iter().map(|(key, value)| (key, Self(Sum::One(value))));
            self.0 = Sum::Map(entries.collect());
        }
        let Sum::Map(own) = &mut self.0 else { return false };
        for (key, value) in map.iter() {
            match own.get_mut(key.as_str()) {
                None => {
                    own.insert(key.clone(), Self(Sum::One(value.clone())));
                }
                Some(fold) if fold.is_null() || map.is_replacing() => *fold = Self(Sum::One(value.clone())),
                Some(_) if value.is_null() => {}
                Some(fold) => {
                    fold.push(value);
                }
            }
        }
        true
    }

    fn add_chunk(&mut self, chunk: &MessageChunk) -> bool {
        if let Sum::One(Dynamic::Chunk(own)) = &self.0 {
            let mut fold = MessageFold::default();
            fold.push(own);
            self.0 = Sum::Chunk(Box::new(fold));
        }
        match &mut self.0 {
            Sum::Chunk(fold) => fold.try_merge(chunk).is_ok(),
            _ => false,
        }
    }

    fn add_generation(&mut self, generation: &Generation) -> bool {
        if let Sum::One(Dynamic::Generation(own)) = &self.0 {
            let mut fold = GenerationFold::default();
            fold.push(own);
            self.0 = Sum::Generation(Box::new(fold));
        }
        match &mut self.0 {
            Sum::Generation(fold) => fold.try_merge(generation).is_ok(),
            _ => false,
        }
    }
}

/// A truth value counts as 0 or 1.
fn counted(value: &Dynamic) -> Dynamic {
    match value {
        Dynamic::Bool(truth) => Dynamic::Int((*truth).into()),
        other => other.clone(),
    }
}

/// The sum of two numbers; `None` if one is no number, or the sum is beyond what can be counted here.
#[allow(clippy::cast_precision_loss, reason = "a sum with a float is a float")]
pub(crate) fn add_numbers(a: &Dynamic, b: &Dynamic) -> Option<Dynamic> {
    match (a, b) {
        (Dynamic::Int(a), Dynamic::Int(b)) => {
            let sum = i128::from(*a) + i128::from(*b);
            Some(i64::try_from(sum).map_or_else(|_| Dynamic::BigInt(sum.to_string().into()), Dynamic::Int))
        }
        (Dynamic::Int(_) | Dynamic::BigInt(_), Dynamic::Int(_) | Dynamic::BigInt(_)) => {
            let sum = to_i128(a)?.checked_add(to_i128(b)?)?;
            Some(i64::try_from(sum).map_or_else(|_| Dynamic::BigInt(sum.to_string().into()), Dynamic::Int))
        }
        (Dynamic::Float(_), _) | (_, Dynamic::Float(_)) => Some(Dynamic::Float(a.as_f64()? + b.as_f64()?)),
        _ => None,
    }
}

fn to_i128(value: &Dynamic) -> Option<i128> {
    match value {
        Dynamic::Int(n) => Some((*n).into()),
        Dynamic::BigInt(digits) => digits.parse().ok(),
        _ => None,
    }
}
