//! Runs: the nodes of the run tree, and what they inherit.
//!
//! A run knows its parent, its kind, name, tags and metadata, and which listeners hear it. It knows nothing of
//! runnables; runnables start runs through a [`Context`](crate::Context).

mod bounds;
mod given;
mod heard;
mod kind;
mod limit;
mod node;
mod pending;
mod scope;
mod seen;
mod shown;
mod tag;
mod tell;
mod tree;

pub(crate) use bounds::{Bound, Bounds, stricter};
pub(crate) use given::{Given, add_entries, add_tags};
pub(crate) use heard::Heard;
pub use kind::RunKind;
pub(crate) use limit::{Acquire, Limit, Permit};
pub use node::Run;
pub(crate) use node::{Local, RunParts, add_listeners};
pub(crate) use scope::Scope;
pub use tag::StepTag;
pub(crate) use tree::Tree;
