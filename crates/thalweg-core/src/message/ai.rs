//! [`AiMessage`] and [`AiMessageChunk`]: a model's answer, whole and in pieces.

use serde::Serialize;

use super::Content;
use crate::value::Text;

/// A model's answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AiMessage {
    /// What it says.
    pub content: Content,
    /// Its id.
    pub id: Option<Text>,
}

/// A piece of a model's answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AiMessageChunk {
    /// What it says.
    pub content: Content,
    /// Its id.
    pub id: Option<Text>,
}
