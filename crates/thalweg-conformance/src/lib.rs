//! Conformance: scenarios recorded from langchain-core, run with Thalweg's own parts and compared with the record.
//!
//! The format of a scenario and the rules of comparing are in `conformance/FORMAT.md`.
//!
//! From the bottom up: [`read`] turns text into values and back, `canonical` puts values in an order, `ids` renames run
//! ids, `tree`, `log` and `unordered` bring a result into a form without order, [`compare`] says where two results
//! differ; [`scenario`], [`runner`], [`deviations`], [`limit`] and [`suite`] run whole folders, and `table` prints the
//! outcome. Imports go from later to earlier in this list.

pub mod compare;
pub mod deviations;
pub mod limit;
pub mod read;
pub mod runner;
pub mod scenario;
pub mod suite;

mod canonical;
mod causality;
mod ids;
mod log;
mod table;
mod tree;
mod unordered;
