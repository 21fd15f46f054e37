//! Messages: what langchain-core 1.7.0 does with the same ones, and what they cost.
//!
//! The cases in `tests/data/messages` were recorded by the script beside them.

mod additions;
mod cases;
mod cost;
mod fold;
mod helpers;
mod recordings;
mod serialized;
