//! The core from outside, in one binary.

mod batch;
mod messages;
mod parsers;
mod support;
