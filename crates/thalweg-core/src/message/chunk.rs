//! [`AiMessageChunk`]: a piece of a model's answer, or a sum of pieces.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::{AiMessage, Content, InvalidToolCall, ToolCall, ToolCallChunk, UsageMetadata};
use crate::value::{Map, Text};

/// A piece of a model's answer, or a sum of pieces.
///
/// It is made to be passed from hand to hand many times a second: what most pieces do not have lives behind
/// one pointer, and a piece with a short text and an id of up to 23 bytes needs no allocation.
///
/// ```
/// use thalweg_core::message::{AiMessageChunk, AiMessageFold, ToolCallChunk};
///
/// let mut fold = AiMessageFold::default();
/// fold.try_merge(&AiMessageChunk::new("Hel"))?;
/// fold.try_merge(&AiMessageChunk::new("lo"))?;
/// assert_eq!(fold.finish().unwrap_or_default().text(), "Hello");
///
/// let piece = AiMessageChunk::default().with_tool_call_chunks([ToolCallChunk::new("add", r#"{"a": 1"#)]);
/// assert_eq!(piece.tool_calls()[0].name, "add");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AiMessageChunk {
    /// What it says.
    pub content: Content,
    /// Its id.
    pub id: Option<Text>,
    rest: Option<Box<Rest>>,
}

/// What most pieces do not have.
#[derive(Clone, Debug, Default)]
struct Rest {
    name: Option<Text>,
    tool_call_chunks: Vec<ToolCallChunk>,
    /// What the tool call chunks stand for, once somebody asked; of a whole message its own calls.
    calls: OnceLock<(Vec<ToolCall>, Vec<InvalidToolCall>)>,
    usage_metadata: Option<UsageMetadata>,
    additional_kwargs: Map,
    response_metadata: Map,
    last: bool,
    whole: bool,
}

static NO_MAP: Map = Map::new();

impl AiMessageChunk {
    /// A piece with this content and nothing else.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// The text of the content.
    pub fn text(&self) -> Cow<'_, str> {
        self.content.text()
    }

    /// Who says it.
    pub fn name(&self) -> Option<&Text> {
        self.rest.as_ref()?.name.as_ref()
    }

    /// The pieces of tool calls in it.
    pub fn tool_call_chunks(&self) -> &[ToolCallChunk] {
        self.rest.as_ref().map_or(&[], |rest| &rest.tool_call_chunks)
    }

    /// The tool calls that its pieces stand for as far as they go; read when first asked for.
    pub fn tool_calls(&self) -> &[ToolCall] {
        self.calls().map_or(&[], |calls| &calls.0)
    }

    /// The calls among them whose arguments are no JSON object; read when first asked for.
    pub fn invalid_tool_calls(&self) -> &[InvalidToolCall] {
        self.calls().map_or(&[], |calls| &calls.1)
    }

    fn calls(&self) -> Option<&(Vec<ToolCall>, Vec<InvalidToolCall>)> {
        self.rest
            .as_ref()
            .map(|rest| rest.calls.get_or_init(|| ToolCallChunk::parse_all(&rest.tool_call_chunks)))
    }

    /// The tokens that it reports.
    pub fn usage_metadata(&self) -> Option<&UsageMetadata> {
        self.rest.as_ref()?.usage_metadata.as_ref()
    }

    /// What the provider told besides.
    pub fn additional_kwargs(&self) -> &Map {
        self.rest.as_ref().map_or(&NO_MAP, |rest| &rest.additional_kwargs)
    }

    /// What the provider said about the answer.
    pub fn response_metadata(&self) -> &Map {
        self.rest.as_ref().map_or(&NO_MAP, |rest| &rest.response_metadata)
    }

    /// Whether it is marked as the last piece of its message.
    pub fn is_last(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.last)
    }

    /// Whether it is a message that came whole, not piece by piece.
    pub fn is_whole(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.whole)
    }

    /// Whether it has nothing but content and id, as most pieces do.
    pub(super) fn is_plain(&self) -> bool {
        self.rest.is_none()
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Text>) -> Self {
        self.rest_mut().name = Some(name.into());
        self
    }

    /// Sets the pieces of tool calls.
    #[must_use]
    pub fn with_tool_call_chunks(mut self, pieces: impl IntoIterator<Item = ToolCallChunk>) -> Self {
        let rest = self.rest_mut();
        rest.tool_call_chunks = pieces.into_iter().collect();
        rest.calls = OnceLock::new();
        self
    }

    /// Sets whole tool calls: each becomes one piece without index.
    #[must_use]
    pub fn with_tool_calls(self, calls: impl IntoIterator<Item = ToolCall>) -> Self {
        self.with_calls(calls.into_iter().collect(), Vec::new())
    }

    /// Sets whole tool calls and invalid ones.
    pub(super) fn with_calls(mut self, calls: Vec<ToolCall>, invalid: Vec<InvalidToolCall>) -> Self {
        let rest = self.rest_mut();
        rest.tool_call_chunks = calls
            .iter()
            .map(ToolCall::to_chunk)
            .chain(invalid.iter().map(InvalidToolCall::to_chunk))
            .collect();
        rest.calls = OnceLock::from((calls, invalid));
        self
    }

    /// Sets the usage.
    #[must_use]
    pub fn with_usage(mut self, usage: UsageMetadata) -> Self {
        self.rest_mut().usage_metadata = Some(usage);
        self
    }

    /// Sets what the provider told besides.
    #[must_use]
    pub fn with_additional_kwargs(mut self, kwargs: Map) -> Self {
        self.rest_mut().additional_kwargs = kwargs;
        self
    }

    /// Sets what the provider said about the answer.
    #[must_use]
    pub fn with_response_metadata(mut self, metadata: Map) -> Self {
        self.rest_mut().response_metadata = metadata;
        self
    }

    /// Marks it as the last piece of its message.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.rest_mut().last = true;
        self
    }

    /// What the provider said about the answer, for adding to it.
    pub fn response_metadata_mut(&mut self) -> &mut Map {
        &mut self.rest_mut().response_metadata
    }

    fn rest_mut(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    /// The pieces of tool calls for adding them up: of a whole message, its calls as pieces.
    pub(super) fn to_tool_call_chunks(&self) -> Cow<'_, [ToolCallChunk]> {
        if !self.is_whole() {
            return Cow::Borrowed(self.tool_call_chunks());
        }
        let calls = self.tool_calls().iter().map(ToolCall::to_chunk);
        calls.chain(self.invalid_tool_calls().iter().map(InvalidToolCall::to_chunk)).collect()
    }

    /// Of a message that came whole, the same as a piece of a stream.
    pub(crate) fn into_piece(mut self) -> Self {
        if self.is_whole() {
            let pieces = self.to_tool_call_chunks().into_owned();
            let rest = self.rest_mut();
            rest.tool_call_chunks = pieces;
            rest.whole = false;
        }
        self
    }

    /// The plain message that this piece or sum makes: without its tool call pieces, which have become tool
    /// calls, and without its position.
    pub fn into_message(self) -> AiMessage {
        let Some(rest) = self.rest else {
            return AiMessage { content: self.content, id: self.id, ..AiMessage::default() };
        };
        let pieces = rest.tool_call_chunks;
        let (tool_calls, invalid_tool_calls) =
            rest.calls.into_inner().unwrap_or_else(|| ToolCallChunk::parse_all(&pieces));
        AiMessage {
            content: self.content,
            id: self.id,
            name: rest.name,
            tool_calls,
            invalid_tool_calls,
            usage_metadata: rest.usage_metadata,
            additional_kwargs: rest.additional_kwargs,
            response_metadata: rest.response_metadata,
        }
    }
}

/// A message that came whole, as the only piece of a stream.
impl From<AiMessage> for AiMessageChunk {
    fn from(message: AiMessage) -> Self {
        let rest = Rest {
            name: message.name,
            tool_call_chunks: Vec::new(),
            calls: OnceLock::from((message.tool_calls, message.invalid_tool_calls)),
            usage_metadata: message.usage_metadata,
            additional_kwargs: message.additional_kwargs,
            response_metadata: message.response_metadata,
            last: false,
            whole: true,
        };
        Self { content: message.content, id: message.id, rest: Some(Box::new(rest)) }
    }
}

impl From<AiMessageChunk> for AiMessage {
    fn from(chunk: AiMessageChunk) -> Self {
        chunk.into_message()
    }
}

/// What is left to its default and what is set to it are the same.
impl PartialEq for AiMessageChunk {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
            && self.id == other.id
            && self.name() == other.name()
            && self.tool_call_chunks() == other.tool_call_chunks()
            && self.usage_metadata() == other.usage_metadata()
            && self.additional_kwargs() == other.additional_kwargs()
            && self.response_metadata() == other.response_metadata()
            && self.is_last() == other.is_last()
            && self.is_whole() == other.is_whole()
            && (!self.is_whole() || self.calls() == other.calls())
    }
}
