//! [`Tree`]: a dynamic value that takes further pieces of itself, as message fields do.

use indexmap::IndexMap;

use super::list::TreeList;
use super::text::GrowingText;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, Map, Text};

/// A value that grows. It stays the shared value it began with until a piece has to go inside it, and is
/// opened level by level only where pieces go.
#[derive(Debug)]
pub(crate) enum Tree {
    Fixed(Dynamic),
    Text(GrowingText),
    List(TreeList),
    Map(TreeMap),
}

impl Tree {
    fn is_null(&self) -> bool {
        matches!(self, Self::Fixed(Dynamic::Null))
    }

    /// The text it is now, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Fixed(value) => value.as_str(),
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The text at `key` of an object.
    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        match self {
            Self::Fixed(value) => value.get(key)?.as_str(),
            Self::Map(map) => map.entries.get(key)?.as_str(),
            _ => None,
        }
    }

    /// The value at `key` of an object, if it is not one that grows.
    pub(crate) fn fixed_at(&self, key: &str) -> Option<&Dynamic> {
        match self {
            Self::Fixed(value) => value.get(key),
            Self::Map(map) => match map.entries.get(key)? {
                Self::Fixed(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Opens a text for growing; `None` if it is not a text.
    pub(crate) fn text_mut(&mut self) -> Option<&mut GrowingText> {
        if let Self::Fixed(Dynamic::Text(text)) = self {
            *self = Self::Text(GrowingText::Shared(text.clone()));
        }
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Opens an object for growing; `None` if it is not an object.
    pub(crate) fn map_mut(&mut self) -> Option<&mut TreeMap> {
        if let Self::Fixed(Dynamic::Map(map)) = self {
            *self = Self::Map(TreeMap::from(std::mem::take(map)));
        }
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    fn list_mut(&mut self) -> Option<&mut TreeList> {
        if let Self::Fixed(Dynamic::List(list)) = self {
            *self = Self::List(TreeList::from(std::mem::take(list)));
        }
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// Adds the value that `key` has in the next piece.
    fn merge(&mut self, key: &str, piece: &Dynamic) -> Result<()> {
        match piece {
            Dynamic::Null => Ok(()),
            _ if self.is_null() => {
                *self = Self::Fixed(piece.clone());
                Ok(())
            }
            Dynamic::Text(text) => {
                let here = self.text_mut().ok_or_else(|| conflict(key))?;
                let names_itself = match key {
                    "index" => here.as_str().starts_with("lc_"),
                    "id" | "output_version" | "model_provider" => here.as_str() == text.as_str(),
                    _ => false,
                };
                if !names_itself {
                    here.push(text);
                }
                Ok(())
            }
            Dynamic::Map(map) => self.map_mut().ok_or_else(|| conflict(key))?.merge(map),
            Dynamic::List(list) => {
                let here = self.list_mut().ok_or_else(|| conflict(key))?;
                list.iter().try_for_each(|element| here.merge(element))
            }
            other => match self {
                Self::Fixed(here) if here == other => Ok(()),
                Self::Fixed(here) if is_integer(here) && is_integer(other) => {
                    *here = match key {
                        // These name a place or a moment; they are no amounts.
                        "index" | "created" | "timestamp" => other.clone(),
                        _ => crate::value::add_numbers(here, other).ok_or_else(|| conflict(key))?,
                    };
                    Ok(())
                }
                _ => Err(conflict(key)),
            },
        }
    }

    /// Adds a value that is no entry of an object: texts, objects and lists grow, other values must be the same.
    pub(crate) fn merge_value(&mut self, piece: &Dynamic) -> Result<()> {
        match self {
            Self::Fixed(here) if is_integer(here) && is_integer(piece) && here != piece => Err(conflict("")),
            _ => self.merge("", piece),
        }
    }

    pub(crate) fn finish(self) -> Dynamic {
        match self {
            Self::Fixed(value) => value,
            Self::Text(text) => Dynamic::Text(text.into_text()),
            Self::List(list) => Dynamic::List(list.into_trees().map(Self::finish).collect()),
            Self::Map(map) => Dynamic::Map(map.finish()),
        }
    }
}

fn is_integer(value: &Dynamic) -> bool {
    matches!(value, Dynamic::Int(_) | Dynamic::BigInt(_))
}

fn conflict(key: &str) -> Error {
    Error::new(
        ErrorKind::Merge,
        "two chunks of a message have different values at one key that do not add up",
    )
    .with("key", key)
}

/// An object that grows.
#[derive(Debug, Default)]
pub(crate) struct TreeMap {
    entries: IndexMap<Text, Tree>,
}

impl From<Map> for TreeMap {
    fn from(map: Map) -> Self {
        Self { entries: map.into_iter().map(|(key, value)| (key, Tree::Fixed(value))).collect() }
    }
}

impl TreeMap {
    /// Adds a piece, key by key.
    pub(crate) fn merge(&mut self, piece: &Map) -> Result<()> {
        piece.iter().try_for_each(|(key, value)| self.merge_entry(key, value))
    }

    /// Adds one entry of a piece.
    pub(crate) fn merge_entry(&mut self, key: &Text, value: &Dynamic) -> Result<()> {
        if let Some(here) = self.entries.get_mut(key.as_str()) {
            return here.merge(key, value);
        }
        self.entries.insert(key.clone(), Tree::Fixed(value.clone()));
        Ok(())
    }

    pub(crate) fn finish(self) -> Map {
        self.entries.into_iter().map(|(key, tree)| (key, tree.finish())).collect()
    }
}
