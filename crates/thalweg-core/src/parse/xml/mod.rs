//! XML in the answers of models.
//!
//! [`XmlParser`] reads an answer that comes in pieces and gives each innermost element when it ends;
//! [`parse_xml`] and [`find_xml`] read a whole one. Within: `reader` is the machine, `tag` reads start tags, `names` knows the
//! characters, `fault` what can be wrong; `tree` makes a value of a whole document.
//!
//! The reader is strict in what it accepts, as `expat` is, and finds a fault at the character where it is. No
//! library reads XML that way from pieces, so it is written out here.

mod fault;
mod names;
mod reader;
mod stream;
mod tag;
mod tree;

pub use stream::XmlParser;
pub use tree::{find_xml, parse_xml};

/// How deeply elements may be nested.
pub const MAX_DEPTH: usize = 512;
