//! [`ProtocolEvent`]: what a message that is being written tells.

use serde::Serialize;

use crate::message::{Block, UsageMetadata};
use crate::value::{Map, Text};

/// An event of the content-block protocol, which shows a model's answer as blocks that start, grow and finish. It
/// serializes as the protocol's objects do, with an `event` that says which of them it is.
///
/// ```
/// use thalweg_core::model::{BlockDelta, ProtocolEvent};
///
/// let event = ProtocolEvent::ContentBlockDelta { index: 0, delta: BlockDelta::Text { text: "Hel".into() } };
/// assert_eq!(
///     serde_json::to_string(&event)?,
///     r#"{"event":"content-block-delta","index":0,"delta":{"type":"text-delta","text":"Hel"}}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProtocolEvent {
    /// The message begins.
    MessageStart {
        /// Who speaks: `ai`.
        role: Text,
        /// The message's id.
        id: Text,
        /// The `provider` and the `model`, if the first piece says so.
        #[serde(skip_serializing_if = "Map::is_empty")]
        metadata: Map,
    },
    /// A block begins. Blocks may be open beside each other.
    ContentBlockStart {
        /// Its number, from 0.
        index: usize,
        /// What is known of it, without what is still to come.
        content: Block,
    },
    /// A block grows.
    ContentBlockDelta {
        /// Its number.
        index: usize,
        /// By what.
        delta: BlockDelta,
    },
    /// A block is whole.
    ContentBlockFinish {
        /// Its number.
        index: usize,
        /// The block. Pieces of a tool call have become a `tool_call`, or an `invalid_tool_call`.
        content: Block,
    },
    /// The message is whole.
    MessageFinish {
        /// The tokens taken.
        #[serde(skip_serializing_if = "Option::is_none")]
        usage: Option<UsageMetadata>,
        /// What the provider said about the answer.
        #[serde(skip_serializing_if = "Map::is_empty")]
        metadata: Map,
        /// What the provider told besides.
        #[serde(skip_serializing_if = "Map::is_empty")]
        additional_kwargs: Map,
    },
}

/// By what a block grows.
///
/// ```
/// use thalweg_core::model::BlockDelta;
///
/// let delta = BlockDelta::ToolCall { args: r#"{"a":"#.into() };
/// assert_eq!(serde_json::to_string(&delta)?, r#"{"type":"tool-call-delta","args":"{\"a\":"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum BlockDelta {
    /// Text.
    #[serde(rename = "text-delta")]
    Text {
        /// The piece.
        text: Text,
    },
    /// Thoughts.
    #[serde(rename = "reasoning-delta")]
    Reasoning {
        /// The piece.
        reasoning: Text,
    },
    /// The JSON text of a tool call's arguments.
    #[serde(rename = "tool-call-delta")]
    ToolCall {
        /// The piece.
        args: Text,
    },
    /// Data of another kind.
    #[serde(rename = "data-delta")]
    Data {
        /// The piece.
        data: Text,
        /// How it is encoded, if it is: `base64`.
        #[serde(skip_serializing_if = "Option::is_none")]
        encoding: Option<Text>,
    },
}
