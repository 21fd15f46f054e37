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
mod fallbacks;
mod limits;
mod messages;
mod parsers;
mod retry;
mod support;
mod views;
