//! The core from outside, in one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::format_collect,
    clippy::maybe_infinite_iter,
    reason = "this is a test"
)]

mod bad_input;
mod batch;
mod cancel;
mod compose;
mod configure;
mod costs;
mod describe;
mod fallbacks;
mod handlers;
mod history;
mod laws;
mod limits;
mod lists;
mod messages;
mod models;
mod parse;
mod parsers;
mod precedence;
mod prompt_steps;
mod prompts;
mod queues;
mod retrievers;
mod retry;
mod said;
mod schemas;
mod spawned;
mod support;
#[path = "../targets/mod.rs"]
mod targets;
mod templates;
mod tool_calls;
mod tools;
mod views;
mod xml;
