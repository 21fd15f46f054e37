//! [`Dynamic`]: the one value type for what is known only at run time.

use std::fmt;
use std::sync::Arc;

use super::{List, Map, Object, Text};
use crate::document::Document;
use crate::error::Error;
use crate::message::{Message, MessageChunk};
use crate::output::{Generation, LlmResult};
use crate::prompt::PromptValue;

/// Any value that can flow through a chain or stand in an event: JSON, and the field's own types.
///
/// Clones are cheap: everything longer than a few words is shared. It serializes as plain JSON; messages,
/// documents and the like serialize as their own types do.
///
/// ```
/// use thalweg_core::value::Dynamic;
///
/// let value = Dynamic::parse(r#"{"name": "Rhine", "km": 1233}"#)?;
/// assert_eq!(value.get("km"), Some(&Dynamic::Int(1233)));
/// assert_eq!(value.to_string(), r#"{"name":"Rhine","km":1233}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Dynamic {
    /// No value: JSON's `null`.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer that does not fit into 64 bits: its decimal digits, with a leading `-` if negative.
    BigInt(Text),
    /// A floating-point number; serializes as `null` if it is not finite.
    Float(f64),
    /// A text.
    Text(Text),
    /// A list.
    List(List),
    /// An object.
    Map(Map),
    /// A message.
    Message(Arc<Message>),
    /// A piece of a streamed message.
    Chunk(Arc<MessageChunk>),
    /// A document.
    Document(Arc<Document>),
    /// A formatted prompt.
    Prompt(Arc<PromptValue>),
    /// One generation of a model.
    Generation(Arc<Generation>),
    /// The result of a model over several prompts.
    LlmResult(Arc<LlmResult>),
    /// A failure, where it is passed on as a value.
    Error(Error),
    /// A value of a user's own type, serialized when somebody asks.
    Object(Arc<dyn Object>),
}

impl Dynamic {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// When `json` is not one JSON document.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|e| Error::parse("a JSON document", json, e))
    }

    /// A value of a type of your own, which serializes when somebody asks for it.
    pub fn object<T>(value: T) -> Self
    where
        T: serde::Serialize + fmt::Debug + Send + Sync + 'static,
    {
        Self::Object(Arc::new(super::object::Typed(value)))
    }

    /// Whether it is [`Dynamic::Null`].
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The number as floating point, if it is one.
    #[allow(clippy::cast_precision_loss, reason = "the caller asks for floating point")]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            Self::BigInt(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value at `key`, if it is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The element at `index`, if it is a list that has it.
    pub fn at(&self, index: usize) -> Option<&Self> {
        self.as_list()?.get(index)
    }

    /// The value as a type of your own, read as JSON would be.
    ///
    /// # Errors
    /// When the value does not have the shape of `T`.
    pub fn to<T: serde::de::DeserializeOwned>(&self) -> Result<T, Error> {
        let json = serde_json::to_string(self).map_err(Error::serialize)?;
        serde_json::from_str(&json)
            .map_err(|e| Error::parse(&without_paths(std::any::type_name::<T>()), &json, e))
    }

    /// The value of anything that serializes.
    ///
    /// # Errors
    /// When `value` fails to serialize as JSON.
    pub fn from_serialize<T: serde::Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let json = serde_json::to_string(value).map_err(Error::serialize)?;
        Self::parse(&json)
    }

    /// Whether the value counts as true: not `null`, `false`, zero, an empty text, list or object.
    pub fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(b) => *b,
            Self::Int(n) => *n != 0,
            Self::Float(n) => *n != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            _ => true,
        }
    }

    /// What kind of value it is, in a word for error messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::BigInt(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
            Self::Message(_) => "a message",
            Self::Chunk(_) => "a message chunk",
            Self::Document(_) => "a document",
            Self::Prompt(_) => "a prompt value",
            Self::Generation(_) => "a generation",
            Self::LlmResult(_) => "a model's result",
            Self::Error(_) => "an error",
            Self::Object(object) => object.type_name(),
        }
    }
}

/// As JSON compares: numbers of different kinds are different, the order of an object's entries does not
/// matter. Errors and values of users' types are equal only to themselves.
impl PartialEq for Dynamic {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::BigInt(a), Self::BigInt(b)) | (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Message(a), Self::Message(b)) => a == b,
            (Self::Chunk(a), Self::Chunk(b)) => a == b,
            (Self::Document(a), Self::Document(b)) => a == b,
            (Self::Prompt(a), Self::Prompt(b)) => a == b,
            (Self::Generation(a), Self::Generation(b)) => a == b,
            (Self::LlmResult(a), Self::LlmResult(b)) => a == b,
            (Self::Error(a), Self::Error(b)) => a.is_same(b),
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// The value as compact JSON; what cannot be serialized shows as its Rust debug form.
impl fmt::Display for Dynamic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match serde_json::to_string(self) {
            Ok(json) => f.write_str(&json),
            Err(_) => fmt::Debug::fmt(self, f),
        }
    }
}

/// The name of a type without the paths in it.
fn without_paths(name: &str) -> String {
    let ends_name = |c: char| "<>()[],;& ".contains(c);
    name.split_inclusive(ends_name).map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
}
