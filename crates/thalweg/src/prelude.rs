//! What most programs need: `use thalweg::prelude::*;`.
//!
//! ```
//! use thalweg::prelude::*;
//!
//! let chain = Chain::new(|text: String| text.trim().to_owned()) | |text: String| text.len();
//! assert_eq!(chain.invoke_blocking(" four ")?, 4);
//! # Ok::<(), thalweg::Error>(())
//! ```

pub use thalweg_core::callback::{
    AsyncCallbackHandler, CallbackHandler, Handled, adispatch_custom_event, dispatch_custom_event,
};
pub use thalweg_core::document::Document;
pub use thalweg_core::event::{Event, EventFilter, EventKind};
pub use thalweg_core::message::{AiMessage, AiMessageChunk, Message};
pub use thalweg_core::model::{CallOptions, Chat, Llm, ScriptedChat};
pub use thalweg_core::parser::{JsonOutputParser, SchemaOutputParser, StrOutputParser};
pub use thalweg_core::prompt::{ChatPromptTemplate, MessagesPlaceholder, PromptTemplate, PromptValue};
pub use thalweg_core::retriever::Retrieval;
pub use thalweg_core::run::{Run, RunKind};
pub use thalweg_core::runnable::{Branch, MessageHistory, Parallel};
pub use thalweg_core::tool::Tool;
pub use thalweg_core::value::{Dynamic, Map, Text, Value};
pub use thalweg_core::{
    BoxError, CancelToken, Chain, ChunkStream, Config, Context, Error, ErrorKind, Fallbacks, Result,
    RetryPolicy, Runnable, Streaming, assign, generator, lambda, lambda_stream, lambda_with, parallel,
    passthrough, pick, pick_keys, vars, whole_value,
};
