//! The command from outside: what it prints, how it ends.

mod ends;
mod json;
mod lines;
mod program;
