//! The core from outside, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is a test"
)]

mod batch;
mod compose;
mod configure;
mod describe;
mod fallbacks;
mod handlers;
mod history;
mod limits;
mod messages;
mod parse;
mod parsers;
mod prompt_steps;
mod prompts;
mod retrievers;
mod retry;
mod support;
mod templates;
mod tool_calls;
mod tools;
