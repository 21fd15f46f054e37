//! Messages: what chat models take and give, whole and in chunks, and how chunks add up.
//!
//! Knows values and errors; nothing of runs, prompts or models.

mod ai;
mod any;
mod block;
mod chunk;
mod content;
mod de;
mod fold;
pub(crate) mod merge;
mod partial_args;
mod plain;
mod provider_calls;
mod python;
mod ser;
mod tool_call;
mod tool_message;
mod usage;
mod value;

pub use ai::AiMessage;
pub use any::{Message, MessageChunk};
pub use block::{BlockView, Citation, Media, MediaKind};
pub use chunk::AiMessageChunk;
pub use content::{Block, Content};
pub use fold::{AiMessageFold, MessageFold};
pub use plain::PlainMessage;
pub use tool_call::{InvalidToolCall, ToolCall, ToolCallChunk};
pub use tool_message::{ChatMessage, ToolMessage, ToolStatus};
pub use usage::{TokenDetails, UsageMetadata};
