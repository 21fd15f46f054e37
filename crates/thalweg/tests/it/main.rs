//! The facade from outside: its examples against what the documents print, and its pages against real runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod chains;
mod custom;
mod docs;
mod documents;
mod examples;
mod handlers;
mod models;
mod page;
mod printed;
mod repr;
mod streaming;
