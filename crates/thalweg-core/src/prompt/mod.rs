//! Prompts: templates over named variables, and the prompt values they make.
//!
//! Knows templates, messages and values; only `runnable` knows of runs.

mod chat;
mod content;
mod few_shot;
mod few_shot_chat;
mod like;
mod message;
mod object;
mod placeholder;
mod runnable;
mod text;
mod value;
mod variables;

pub use chat::ChatPromptTemplate;
pub use few_shot::FewShotPromptTemplate;
pub use few_shot_chat::FewShotChatPromptTemplate;
pub use like::MessageLike;
pub use message::MessageTemplate;
pub use placeholder::MessagesPlaceholder;
pub use runnable::PromptInput;
pub use text::PromptTemplate;
pub use value::PromptValue;
