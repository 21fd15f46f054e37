//! [`XmlParser`]: the elements of a document while it is being written.

use super::reader::{Reader, Sink};
use crate::error::Result;
use crate::value::{Dynamic, List, Map, Text};

/// Reads XML that comes in pieces. What comes before the first tag is passed over.
///
/// ```
/// use thalweg_core::parse::xml::XmlParser;
/// use thalweg_core::value::Dynamic;
///
/// let mut parser = XmlParser::new();
/// let mut found = Vec::new();
/// parser.push("Here: <rivers><river>Rhi", &mut found)?;
/// assert!(found.is_empty());
/// parser.push("ne</river><river>Aare</river>", &mut found)?;
/// assert_eq!(Dynamic::from(found[0].clone()).to_string(), r#"{"rivers":[{"river":"Rhine"}]}"#);
/// assert_eq!(found.len(), 2);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
pub struct XmlParser {
    state: State,
    reader: Reader,
    leaves: Leaves,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// Before the first tag, and whether the last character may begin it.
    Before {
        less: bool,
    },
    Within,
    /// After the root, or after a fault that does not count.
    Done,
}

impl Default for XmlParser {
    fn default() -> Self {
        Self::new()
    }
}

impl XmlParser {
    /// A parser before its first piece.
    pub fn new() -> Self {
        Self { state: State::Before { less: false }, reader: Reader::new(), leaves: Leaves::default() }
    }

    /// Takes the next piece and adds to `found` the elements without children that end in it, each within the
    /// elements around it: `{"outer": [{"inner": "text"}]}`, where an empty element has `null` for text. These
    /// objects add up (see [`Map::additive`]) to the whole.
    ///
    /// What follows the root element is passed over, and so is everything after a broken first tag. No more
    /// pieces may be pushed after an error.
    ///
    /// # Errors
    /// Of kind [`Parse`](crate::ErrorKind::Parse), when the XML is broken within an element or nested too
    /// deeply; what was found before has been added.
    pub fn push(&mut self, piece: &str, found: &mut Vec<Map>) -> Result<()> {
        let mut rest = piece;
        if let State::Before { mut less } = self.state {
            let start =
                rest.char_indices().find(|(_, c)| std::mem::replace(&mut less, *c == '<') && begins_tag(*c));
            let Some((start, _)) = start else {
                self.state = State::Before { less };
                return Ok(());
            };
            self.state = State::Within;
            // The tag's first character may have come with the piece before.
            self.read("<")?;
            rest = rest.get(start..).unwrap_or_default();
        }
        if self.state == State::Within {
            let read = self.read(rest);
            found.append(&mut self.leaves.found);
            read?;
        }
        Ok(())
    }

    /// The answer is over.
    ///
    /// # Errors
    /// Of kind [`Parse`](crate::ErrorKind::Parse), when there was no XML, or when it is not complete.
    pub fn finish(self) -> Result<()> {
        if self.reader.is_after_root() {
            return Ok(());
        }
        self.reader.finish().map_err(|fault| fault.at(self.reader.line()))
    }

    fn read(&mut self, text: &str) -> Result<()> {
        let read = self.reader.push(text, &mut self.leaves);
        if read.is_err() && !self.reader.is_outside() {
            return read.map_err(|fault| fault.at(self.reader.line()));
        }
        if read.is_err() {
            self.state = State::Done;
        }
        Ok(())
    }
}

/// The elements without children, each in its way from the root.
#[derive(Debug, Default)]
struct Leaves {
    path: Vec<Text>,
    text: String,
    /// Whether the innermost open element has had no children so far.
    leaf: bool,
    found: Vec<Map>,
}

impl Sink for Leaves {
    fn open(&mut self, tag: Text) {
        self.path.push(tag);
        self.text.clear();
        self.leaf = true;
    }

    fn text(&mut self, text: &str) {
        if self.leaf {
            self.text.push_str(text);
        }
    }

    fn close(&mut self) {
        if let Some(tag) = self.path.pop()
            && self.leaf
        {
            let leaf = Map::from_iter([(tag, text_or_null(&self.text))]).additive();
            let whole = self.path.iter().rev().fold(leaf, |inner, tag| {
                Map::from_iter([(tag.clone(), Dynamic::List(List::from(vec![inner.into()])))]).additive()
            });
            self.found.push(whole);
        }
        self.leaf = false;
    }
}

/// Whether this, after `<`, begins the first tag of XML in an answer.
pub(super) fn begins_tag(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | ':' | '_')
}

/// The text of an element.
pub(super) fn text_or_null(text: &str) -> Dynamic {
    if text.is_empty() { Dynamic::Null } else { Dynamic::from(text) }
}
