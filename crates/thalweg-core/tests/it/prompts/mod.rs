//! Prompts, against what langchain-core makes of them and from the outside.

mod recorded;
mod text;
mod together;
