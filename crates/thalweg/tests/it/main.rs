//! The examples against what the documents print.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is a test")]

mod custom;
mod examples;
mod models;
mod printed;
mod streaming;
