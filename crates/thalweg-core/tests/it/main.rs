//! The core from outside, in one binary.

mod batch;
mod configure;
mod fallbacks;
mod limits;
mod messages;
mod retry;
mod support;
