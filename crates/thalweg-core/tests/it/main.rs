//! The core from outside, in one binary.
//! The core from outside, compared with recorded truth.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is a test"
)]

mod batch;
mod limits;
mod messages;
mod prompts;
mod support;
mod templates;
