//! Conformance: scenarios recorded from langchain-core, run with Thalweg's own parts and compared with the
//! record.
//!
//! The format of a scenario and the rules of comparing are in `conformance/FORMAT.md`.
//!
//! From the bottom up: [`read`] turns text into values and back, `canonical` puts values in an order, `ids`
//! renames run ids, `causality`, `tree`, `log` and `unordered` are for results in which order counts per run
//! only, [`compare`] says where two results differ; [`scenario`], [`runner`], [`deviations`], [`limit`],
//! [`report`] and [`suite`] run whole folders. Imports go from later to earlier in this list.

pub mod compare;
pub mod deviations;
pub mod limit;
pub mod read;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod suite;

mod canonical;
mod causality;
mod ids;
mod log;
mod tree;
mod unordered;
