//! Models: what a chat or text model must offer, and the runnables made of them.
//!
//! A model says how to answer; its runs, tokens, ids and metadata are written here once for all of them.

mod chat;
mod family;
mod input;
mod invoke;
mod options;
mod protocol;
mod runnable;
mod stream;
mod text;

pub use chat::{Chat, ChatModel, ChatPiece, ChatRequest, ChatResult};
pub use input::IntoPrompt;
pub use options::{CallOptions, ModelParams};
pub use protocol::{BlockDelta, ProtocolEvent, ProtocolStream};
pub use text::{Llm, TextModel, TextRequest};
