//! What programs do with lists of messages: choosing, joining, cutting and converting them.

mod blocks;
mod buffer;
mod convert;
mod filter;
mod openai;
mod openai_blocks;
mod runs;
mod tokens;
mod trim;

pub use buffer::get_buffer_string;
pub use convert::convert_to_messages;
pub use filter::{ExcludeToolCalls, MessageFilter, filter_messages};
pub use openai::{OpenAiForm, convert_to_openai_messages};
pub use runs::merge_message_runs;
pub use tokens::count_tokens_approximately;
pub use trim::{Trim, TrimStrategy, trim_messages};
