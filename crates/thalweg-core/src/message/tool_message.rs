//! [`ToolMessage`] and [`ChatMessage`]: a tool's answer, and a message of a role of one's own.

use super::{Content, PlainMessage};
use crate::value::{Dynamic, Text};

/// What a tool gave for a call.
///
/// ```
/// use thalweg_core::message::{ToolMessage, ToolStatus};
///
/// let answer = ToolMessage::new("42", "call_1");
/// assert_eq!(answer.status, ToolStatus::Success);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolMessage {
    /// What every message has; the name is the tool's.
    pub base: PlainMessage,
    /// The id of the call that it answers.
    pub tool_call_id: Text,
    /// What the tool made besides its content and the model is not to see; `null` if nothing.
    pub artifact: Dynamic,
    /// How the call went.
    pub status: ToolStatus,
}

impl ToolMessage {
    /// A successful answer without artifact.
    pub fn new(content: impl Into<Content>, tool_call_id: impl Into<Text>) -> Self {
        Self { base: PlainMessage::new(content), tool_call_id: tool_call_id.into(), ..Self::default() }
    }

    /// Sets the artifact.
    #[must_use]
    pub fn with_artifact(mut self, artifact: impl Into<Dynamic>) -> Self {
        self.artifact = artifact.into();
        self
    }

    /// Sets how the call went.
    #[must_use]
    pub fn with_status(mut self, status: ToolStatus) -> Self {
        self.status = status;
        self
    }
}

/// How a tool's call went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ToolStatus {
    /// The tool gave an answer.
    #[default]
    Success,
    /// The tool failed; the content says how.
    Error,
}

impl ToolStatus {
    /// `success` or `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
        }
    }
}

/// A message of a role that is none of the usual ones.
///
/// ```
/// use thalweg_core::message::ChatMessage;
///
/// assert_eq!(ChatMessage::new("critic", "Too long.").role, "critic");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatMessage {
    /// What every message has.
    pub base: PlainMessage,
    /// Who says it.
    pub role: Text,
}

impl ChatMessage {
    /// A message of this role.
    pub fn new(role: impl Into<Text>, content: impl Into<Content>) -> Self {
        Self { base: PlainMessage::new(content), role: role.into() }
    }
}
