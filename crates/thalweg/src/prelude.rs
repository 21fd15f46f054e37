//! What most programs need: `use thalweg::prelude::*;`.

pub use thalweg_core::callback::{AsyncCallbackHandler, CallbackHandler, Handled, dispatch_custom_event};
pub use thalweg_core::document::Document;
pub use thalweg_core::event::{Event, EventFilter, EventKind};
pub use thalweg_core::message::{AiMessage, Message};
pub use thalweg_core::model::{Chat, Llm};
pub use thalweg_core::parser::{JsonOutputParser, StrOutputParser};
pub use thalweg_core::prompt::{ChatPromptTemplate, PromptTemplate};
pub use thalweg_core::retriever::Retrieval;
pub use thalweg_core::runnable::{Branch, Parallel};
pub use thalweg_core::tool::Tool;
pub use thalweg_core::value::{Dynamic, Map, Text, Value};
pub use thalweg_core::{
    Chain, ChunkStream, Config, Context, Error, ErrorKind, Fallbacks, Result, RetryPolicy, Runnable, assign,
    generator, lambda, lambda_stream, parallel, passthrough, pick, pick_keys, vars, whole_value,
};
