//! [`AiMessage`]: a model's whole answer.

use std::borrow::Cow;

use super::{Content, InvalidToolCall, ToolCall, UsageMetadata, provider_calls};
use crate::value::{Map, Text};

/// A model's answer.
///
/// ```
/// use thalweg_core::message::AiMessage;
///
/// let answer = AiMessage::new("It flows into the North Sea.").with_id("msg_1");
/// assert_eq!(answer.text(), "It flows into the North Sea.");
/// assert!(answer.tool_calls.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AiMessage {
    /// What it says.
    pub content: Content,
    /// Its id.
    pub id: Option<Text>,
    /// Who says it.
    pub name: Option<Text>,
    /// The tools that it wants to be called.
    pub tool_calls: Vec<ToolCall>,
    /// The calls whose arguments are no JSON object.
    pub invalid_tool_calls: Vec<InvalidToolCall>,
    /// The tokens that it took, where the provider says so.
    pub usage_metadata: Option<UsageMetadata>,
    /// What the provider told besides.
    pub additional_kwargs: Map,
    /// What the provider said about the answer: model, finish reason and so on.
    pub response_metadata: Map,
}

impl AiMessage {
    /// An answer with this content and nothing else.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// The text of the content.
    pub fn text(&self) -> Cow<'_, str> {
        self.content.text()
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
        self.name = Some(name.into());
        self
    }

    /// Sets the tool calls.
    #[must_use]
    pub fn with_tool_calls(mut self, calls: impl IntoIterator<Item = ToolCall>) -> Self {
        self.tool_calls = calls.into_iter().collect();
        self
    }

    /// Sets the usage.
    #[must_use]
    pub fn with_usage(mut self, usage: UsageMetadata) -> Self {
        self.usage_metadata = Some(usage);
        self
    }

    /// Takes over the tool calls that a provider told besides, if there are no others.
    pub(super) fn adopt_provider_calls(&mut self) {
        if self.tool_calls.is_empty() && self.invalid_tool_calls.is_empty() {
            (self.tool_calls, self.invalid_tool_calls) =
                provider_calls::whole(&self.additional_kwargs).unwrap_or_default();
        }
    }
}
