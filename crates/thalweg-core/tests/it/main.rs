//! The core from outside, in one binary.

mod batch;
mod compose;
mod limits;
mod messages;
mod support;
