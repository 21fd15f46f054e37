//! Streaming LLM pipelines.

pub use thalweg_core::*;
