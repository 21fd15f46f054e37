//! Messages: what chat models take and give, whole and in chunks, and how chunks add up.
//!
//! Knows values and errors; nothing of runs, prompts or models.

mod ai;
mod any;
mod any_chunk;
mod args;
mod block;
mod chunk;
mod content;
mod de;
mod fold;
mod helpers;
pub(crate) mod merge;
mod plain;
mod provider_calls;
mod ser;
mod tool_call;
mod tool_message;
mod usage;
mod value;

pub use ai::AiMessage;
pub use any::Message;
pub use any_chunk::MessageChunk;
pub use block::{BlockView, Citation, Media, MediaKind};
pub use chunk::AiMessageChunk;
pub use content::{Block, Content};
pub use fold::{AiMessageFold, MessageFold};
pub use helpers::{
    ExcludeToolCalls, MessageFilter, OpenAiForm, Trim, TrimStrategy, convert_to_messages,
    convert_to_openai_messages, count_tokens_approximately, filter_messages, get_buffer_string,
    merge_message_runs, trim_messages,
};
pub use plain::PlainMessage;
pub use tool_call::{InvalidToolCall, ToolCall, ToolCallChunk};
pub use tool_message::{ChatMessage, ToolMessage, ToolStatus};
pub use usage::{TokenDetails, UsageMetadata};
