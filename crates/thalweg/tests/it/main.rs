//! Tests of the facade from outside: what the pages show is what happens.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod chains;
mod docs;
mod page;
