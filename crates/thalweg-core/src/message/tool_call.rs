//! [`ToolCall`] and its kin: what a model wants to be called, whole, broken and in pieces.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::args::parse_partial;
use crate::python::dump_json;
use crate::value::{Dynamic, Map, Text};

/// A call of a tool that a model asks for.
///
/// ```
/// use thalweg_core::message::ToolCall;
/// use thalweg_core::value::Map;
///
/// let call = ToolCall::new("add", Map::new()).with_id("call_1");
/// assert_eq!(call.name, "add");
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ToolCall {
    /// The tool's name.
    pub name: Text,
    /// Its arguments.
    #[serde(default)]
    pub args: Map,
    /// What the tool's answer refers to.
    #[serde(default)]
    pub id: Option<Text>,
}

impl ToolCall {
    /// A call without id.
    pub fn new(name: impl Into<Text>, args: Map) -> Self {
        Self { name: name.into(), args, id: None }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The call as an object: `name`, `args`, `id`, and the `type` `tool_call`.
    pub fn to_dynamic(&self) -> Dynamic {
        let entries = [
            ("name", Dynamic::from(self.name.clone())),
            ("args", self.args.clone().into()),
            ("id", self.id.clone().into()),
            ("type", Text::from_static("tool_call").into()),
        ];
        Dynamic::Map(entries.into_iter().map(|(key, value)| (Text::from_static(key), value)).collect())
    }

    /// The call as one piece without index, its arguments as JSON text.
    pub fn to_chunk(&self) -> ToolCallChunk {
        ToolCallChunk {
            name: Some(self.name.clone()),
            args: Some(dump_json(&Dynamic::Map(self.args.clone()), true).into()),
            id: self.id.clone(),
            index: None,
        }
    }
}

/// `{"name", "args", "id", "type": "tool_call"}`
impl Serialize for ToolCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("args", &self.args)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("type", "tool_call")?;
        map.end()
    }
}

/// A call whose arguments are no JSON object.
///
/// ```
/// use thalweg_core::message::ToolCallChunk;
///
/// let (calls, invalid) = ToolCallChunk::parse_all(&[ToolCallChunk::new("add", "[1, 2]")]);
/// assert!(calls.is_empty());
/// assert_eq!(invalid[0].args.as_deref(), Some("[1, 2]"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct InvalidToolCall {
    /// The tool's name.
    #[serde(default)]
    pub name: Option<Text>,
    /// What stood in the place of the arguments.
    #[serde(default)]
    pub args: Option<Text>,
    /// What the tool's answer would refer to.
    #[serde(default)]
    pub id: Option<Text>,
    /// What is wrong with it, where somebody said so.
    #[serde(default)]
    pub error: Option<Text>,
}

impl InvalidToolCall {
    /// The call as one piece without index.
    pub fn to_chunk(&self) -> ToolCallChunk {
        ToolCallChunk { name: self.name.clone(), args: self.args.clone(), id: self.id.clone(), index: None }
    }
}

/// `{"name", "args", "id", "error", "type": "invalid_tool_call"}`
impl Serialize for InvalidToolCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("args", &self.args)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("error", &self.error)?;
        map.serialize_entry("type", "invalid_tool_call")?;
        map.end()
    }
}

/// A piece of a streamed tool call. Pieces with one `index` belong to one call.
///
/// ```
/// use thalweg_core::message::ToolCallChunk;
///
/// let piece = ToolCallChunk::new("add", r#"{"a":"#).with_index(0);
/// assert_eq!(piece.index, Some(0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ToolCallChunk {
    /// The tool's name, or a part of it.
    #[serde(default)]
    pub name: Option<Text>,
    /// A part of the arguments' JSON text.
    #[serde(default)]
    pub args: Option<Text>,
    /// What the tool's answer refers to.
    #[serde(default)]
    pub id: Option<Text>,
    /// Which call it is a piece of.
    #[serde(default)]
    pub index: Option<i64>,
}

impl ToolCallChunk {
    /// The first piece of a call.
    pub fn new(name: impl Into<Text>, args: impl Into<Text>) -> Self {
        Self { name: Some(name.into()), args: Some(args.into()), id: None, index: None }
    }

    /// A piece with nothing but a part of the arguments.
    pub fn args(args: impl Into<Text>) -> Self {
        Self { args: Some(args.into()), ..Self::default() }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the index.
    #[must_use]
    pub fn with_index(mut self, index: i64) -> Self {
        self.index = Some(index);
        self
    }

    /// The calls that these pieces, each by itself, stand for: arguments that end too early are read as far
    /// as they go; what is no object is an invalid call.
    pub fn parse_all(pieces: &[Self]) -> (Vec<ToolCall>, Vec<InvalidToolCall>) {
        let mut calls = Vec::new();
        let mut invalid = Vec::new();
        for piece in pieces {
            match piece.parse() {
                Some(call) => calls.push(call),
                None => invalid.push(InvalidToolCall {
                    name: piece.name.clone(),
                    args: piece.args.clone(),
                    id: piece.id.clone(),
                    error: None,
                }),
            }
        }
        (calls, invalid)
    }

    fn parse(&self) -> Option<ToolCall> {
        let args = match self.args.as_deref() {
            None | Some("") => Map::new(),
            Some(args) => match parse_partial(args)? {
                Dynamic::Map(map) => map,
                _ => return None,
            },
        };
        Some(ToolCall { name: self.name.clone().unwrap_or_default(), args, id: self.id.clone() })
    }
}

/// `{"name", "args", "id", "index", "type": "tool_call_chunk"}`
impl Serialize for ToolCallChunk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("args", &self.args)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("index", &self.index)?;
        map.serialize_entry("type", "tool_call_chunk")?;
        map.end()
    }
}
