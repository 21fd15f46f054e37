//! [`Content`] and [`Block`]: what a message says, as text or as a list of blocks.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};
use crate::value::{Dynamic, Map, Text};

/// What a message says: a text, or a list of blocks.
///
/// ```
/// use thalweg_core::message::{Block, Content};
///
/// let content = Content::from(vec![Block::text("Hello, "), Block::from("world")]);
/// assert_eq!(content.text(), "Hello, world");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Plain text.
    Text(Text),
    /// A list of blocks.
    Blocks(Vec<Block>),
}

impl Content {
    /// Whether there is nothing in it: no text, or no block.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Blocks(blocks) => blocks.is_empty(),
        }
    }

    /// The text of it: of a list, the bare texts and the text blocks joined without anything between.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Blocks(blocks) => {
                let mut texts = blocks.iter().filter_map(Block::as_text);
                match (texts.next(), texts.next()) {
                    (None, _) => Cow::Borrowed(""),
                    (Some(only), None) => Cow::Borrowed(only),
                    (Some(first), Some(second)) => {
                        let mut all = [first, second].concat();
                        all.extend(texts);
                        Cow::Owned(all)
                    }
                }
            }
        }
    }

    /// The plain text, if it is not a list.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Blocks(_) => None,
        }
    }

    /// The blocks, if it is a list.
    pub fn as_blocks(&self) -> Option<&[Block]> {
        match self {
            Self::Text(_) => None,
            Self::Blocks(blocks) => Some(blocks),
        }
    }

    /// The content as a dynamic value: a text or a list.
    pub fn to_dynamic(&self) -> Dynamic {
        match self {
            Self::Text(text) => Dynamic::Text(text.clone()),
            Self::Blocks(blocks) => Dynamic::List(blocks.iter().cloned().map(Dynamic::from).collect()),
        }
    }

    /// The content that a text or a list of texts and objects stands for. `null` is empty text.
    ///
    /// # Errors
    /// When `value` is anything else.
    pub fn from_dynamic(value: &Dynamic) -> Result<Self> {
        let wrong = |what: &Dynamic| {
            Error::input_type("message content", "a text or a list of texts and objects", what.type_name())
        };
        match value {
            Dynamic::Null => Ok(Self::default()),
            Dynamic::Text(text) => Ok(Self::Text(text.clone())),
            Dynamic::List(list) => {
                let block =
                    |element: &Dynamic| Block::from_dynamic(element.clone()).ok_or_else(|| wrong(element));
                list.iter().map(block).collect::<Result<_>>().map(Self::Blocks)
            }
            other => Err(wrong(other)),
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(Text::EMPTY)
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Content {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<Block>> for Content {
    fn from(blocks: Vec<Block>) -> Self {
        Self::Blocks(blocks)
    }
}

impl<const N: usize> From<[Block; N]> for Content {
    fn from(blocks: [Block; N]) -> Self {
        Self::Blocks(blocks.into())
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Blocks(blocks) => blocks.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_dynamic(&Dynamic::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// One entry of a content list: a bare text, or an object whose `type` says what it is.
///
/// The object keeps every key that it came with. `Block::text` and its like make the common kinds;
/// [`Block::view`] tells them apart.
///
/// ```
/// use thalweg_core::message::Block;
///
/// let block = Block::text("Hello");
/// assert_eq!(block.kind(), Some("text"));
/// assert_eq!(block.as_text(), Some("Hello"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A bare text.
    Text(Text),
    /// A typed block.
    Object(Map),
}

impl Block {
    /// The `type` of an object that has one.
    pub fn kind(&self) -> Option<&str> {
        self.get("type")?.as_str()
    }

    /// The value at `key`, if it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Dynamic> {
        match self {
            Self::Text(_) => None,
            Self::Object(map) => map.get(key),
        }
    }

    /// The text of a bare text or a block of type `text`.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Object(map) if self.kind() == Some("text") => map.get("text")?.as_str(),
            Self::Object(_) => None,
        }
    }

    /// The block that a text or an object is; `None` for anything else.
    pub fn from_dynamic(value: Dynamic) -> Option<Self> {
        match value {
            Dynamic::Text(text) => Some(Self::Text(text)),
            Dynamic::Map(map) => Some(Self::Object(map)),
            _ => None,
        }
    }
}

impl From<&str> for Block {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Map> for Block {
    fn from(map: Map) -> Self {
        Self::Object(map)
    }
}

impl From<Block> for Dynamic {
    fn from(block: Block) -> Self {
        match block {
            Block::Text(text) => Self::Text(text),
            Block::Object(map) => Self::Map(map),
        }
    }
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Object(map) => map.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Dynamic::deserialize(deserializer)?;
        let got = value.type_name();
        let wrong = || serde::de::Error::custom(format_args!("expected a text or an object, got {got}"));
        Self::from_dynamic(value).ok_or_else(wrong)
    }
}
