//! The core from outside, in one binary.

mod batch;
mod limits;
mod messages;
mod support;
