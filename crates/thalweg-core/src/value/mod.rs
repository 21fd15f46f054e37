//! Values: the dynamic value type, its parts, and the contract that every type in a chain keeps.
//!
//! This module sits at the bottom: it knows the field's data types (messages, documents, prompt values) as
//! variants of [`Dynamic`], and nothing of runs, events or runnables.

mod contract;
mod dynamic;
mod fold;
mod from;
pub(crate) mod growing;
mod impls;
mod json;
mod list;
mod map;
mod numbers;
mod object;
mod parts;
mod text;
mod vars;

pub(crate) use contract::null;
pub use contract::{Fold, Last, Value, empty_stream};
pub(crate) use contract::{object_schema, schema};
pub use dynamic::Dynamic;
pub use fold::DynamicFold;
pub(crate) use fold::add_numbers;
pub use impls::{ListFold, OptionFold, TextFold};
pub use list::List;
pub use map::Map;
pub use numbers::NumberFold;
pub use object::Object;
pub use parts::PartsFold;
pub use text::Text;
pub use vars::Vars;
