//! Configurable: parts of a chain that the configuration of a call chooses, fields of a component in `fields`, whole
//! chains in `alternatives`.

mod alternatives;
mod fields;

pub use alternatives::Alternatives;
pub use fields::Configurable;
