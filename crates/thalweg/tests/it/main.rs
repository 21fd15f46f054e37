//! Tests of the facade from outside: what the pages show is what happens.

mod chains;
mod docs;
mod page;
