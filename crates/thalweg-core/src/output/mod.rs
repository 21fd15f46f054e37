//! What models give for prompts: [`Generation`] and [`LlmResult`].
//!
//! Knows messages and values.

mod fold;
mod generation;
mod llm_result;

pub use fold::GenerationFold;
pub use generation::{GeneratedMessage, Generation};
pub use llm_result::LlmResult;
