//! Output parsers: steps that make something of a model's answer, while it comes.
//!
//! A parser takes text or a message, whole or in pieces ([`ParserInput`]); the reading itself is done in
//! [`parse`](crate::parse), which knows nothing of runs. Within: `reading` drives a parser over a stream, `answer` puts
//! the text of an answer together from its pieces, and every parser has a file of its own.

mod answer;
mod calls;
mod input;
mod json;
mod list;
mod reading;
mod same;
mod schema;
mod text;
mod tools;
mod xml;

pub use input::{ParserInput, Piece};
pub use json::JsonOutputParser;
pub use list::ListOutputParser;
pub use schema::SchemaOutputParser;
pub use text::StrOutputParser;
pub use tools::{JsonOutputKeyToolsParser, JsonOutputToolsParser};
pub use xml::XmlOutputParser;
