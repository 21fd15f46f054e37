//! The command from outside: what it prints, how it ends.
#![allow(clippy::unwrap_used, reason = "a failure here fails the test")]

mod ends;
mod json;
mod lines;
mod program;
