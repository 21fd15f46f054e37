//! Schemas that are known at run time: which fields an object has, of which types, and how a value is made to fit.
//!
//! They describe the arguments of tools and the objects that models are asked for. Knows values and errors only. Within:
//! `types` is the description, `coerce` makes values fit, `record` is an object that fits, `json` writes a schema as
//! JSON Schema.

mod coerce;
mod json;
mod record;
mod types;

pub use record::Record;
pub use types::{Field, Schema, Type};
