//! The core from outside, in one binary.

mod batch;
mod fallbacks;
mod limits;
mod messages;
mod retry;
mod support;
