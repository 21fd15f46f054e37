//! The core from outside, in one binary.

mod batch;
mod support;
