//! The core from outside, in one binary.

mod batch;
mod handlers;
mod limits;
mod messages;
mod support;
