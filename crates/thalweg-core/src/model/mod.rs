//! Models: what a chat or text model must offer, and the runnables made of them.
//!
//! A model says how to answer; its runs, tokens, ids and metadata are written here once for all of them.

mod around;
mod cache;
mod chat;
mod family;
mod generate;
mod input;
mod invoke;
mod options;
mod protocol;
mod rate;
mod replay;
mod runnable;
mod scripted;
mod stream;
mod text;

pub use cache::{CachedResponse, MemoryCache, ResponseCache};
pub use chat::{Chat, ChatFamily, ChatModel, ChatPiece, ChatRequest, ChatResult};
pub use input::IntoPrompt;
pub use options::{CallOptions, ModelParams};
pub use protocol::{BlockDelta, ProtocolEvent, ProtocolStream};
pub use rate::{RateLimiter, TokenBucket};
pub use replay::ReplayChat;
pub use runnable::Model;
pub use scripted::{Cue, Requests, Scripted, ScriptedChat, ScriptedLlm};
pub use text::{Llm, LlmFamily, TextModel, TextRequest};
