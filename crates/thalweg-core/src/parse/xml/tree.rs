//! [`parse_xml`]: a whole document as a value.

use super::fault::Fault;
use super::names::is_space;
use super::reader::{Reader, Sink};
use super::stream::{begins_tag, text_or_null};
use crate::error::Result;
use crate::parse::chars;
use crate::value::{Dynamic, Map, Text};

/// The value of the XML in an answer: an object with the root's name, and in it a list of the elements within,
/// `{"root": [{"first": "text"}, {"second": [..]}]}`. An element that has children and text of its own before
/// them counts for its text; an empty element inside others is `null`. Attributes are not shown.
///
/// If there are fences in the text, only what stands between the first and the last counts. A declaration of
/// the encoding is passed over with all that comes before it.
///
/// ```
/// use thalweg_core::parse::xml::parse_xml;
///
/// let value = parse_xml("```xml\n<rivers><river>Rhine</river><river/></rivers>\n```")?;
/// assert_eq!(value.to_string(), r#"{"rivers":[{"river":"Rhine"},{"river":null}]}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Parse`](crate::ErrorKind::Parse), when the text is not one well-formed document, when it declares
/// entities, or when it is nested too deeply.
pub fn parse_xml(text: &str) -> Result<Dynamic> {
    let document = after_encoding(fenced(text)).trim_matches(chars::is_space);
    let mut tree = Tree::default();
    let mut reader = Reader::new();
    let read = without_declaration(document)
        .and_then(|document| reader.push(document, &mut tree))
        .and_then(|()| reader.finish());
    match (read, tree.root) {
        (Ok(()), Some(root)) => Ok(Dynamic::Map(root)),
        (Ok(()), None) => Err(Fault::NoElement.at(reader.line())),
        (Err(fault), _) => Err(fault.at(reader.line())),
    }
}

/// The value of the XML in an answer, as [`parse_xml`] makes it, whatever stands before and after it.
///
/// ```
/// use thalweg_core::parse::xml::find_xml;
///
/// let value = find_xml("Here: <rivers><river>Rhine</river></rivers> That is all < 2.")?;
/// assert_eq!(value.to_string(), r#"{"rivers":[{"river":"Rhine"}]}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Parse`](crate::ErrorKind::Parse), when there is no XML, or when it is broken or not complete.
pub fn find_xml(text: &str) -> Result<Dynamic> {
    let begins =
        |(at, _): &(usize, &str)| text.get(at + 1..).is_some_and(|rest| rest.starts_with(begins_tag));
    let start = text.match_indices('<').find(begins).map_or(text.len(), |(start, _)| start);
    let mut tree = Tree::default();
    let mut reader = Reader::new();
    let read = reader.push(text.get(start..).unwrap_or_default(), &mut tree);
    match tree.root {
        Some(root) => Ok(Dynamic::Map(root)),
        None => Err(read.and_then(|()| reader.finish()).err().unwrap_or(Fault::NoElement).at(reader.line())),
    }
}

/// What stands between the first and the last fence.
fn fenced(text: &str) -> &str {
    const FENCE: &str = "```";
    let Some((_, inner)) = text.split_once(FENCE) else { return text };
    let Some((inner, _)) = inner.rsplit_once(FENCE) else { return text };
    inner.strip_prefix("xml").unwrap_or(inner)
}

/// What follows the first line that ends with a tag or declaration that speaks of an encoding.
fn after_encoding(text: &str) -> &str {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('>') {
        let speaks = before.split_once('<').is_some_and(|(_, inner)| inner.contains("encoding"));
        if let Some(document) = after.strip_prefix('\n').filter(|_| speaks) {
            return document;
        }
        rest = after;
    }
    text
}

/// The text behind an XML declaration, if it begins with one.
fn without_declaration(text: &str) -> Result<&str, Fault> {
    let Some(inner) = text.strip_prefix("<?xml").filter(|inner| inner.starts_with(is_space)) else {
        return Ok(text);
    };
    let (declaration, rest) = inner.split_once("?>").ok_or(Fault::Syntax)?;
    let mut names = ["version", "encoding", "standalone"].into_iter();
    let mut left = declaration;
    let mut first = true;
    loop {
        let trimmed = left.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return if first { Err(Fault::Syntax) } else { Ok(rest) };
        }
        let (name, value) = trimmed.split_once('=').ok_or(Fault::Syntax)?;
        let name = name.trim_end_matches(is_space);
        let value = value.trim_start_matches(is_space);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(Fault::Syntax)?;
        let (value, after) = value.get(1..).and_then(|v| v.split_once(quote)).ok_or(Fault::Syntax)?;
        let allowed = match name {
            "version" => value.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c)),
            "encoding" => {
                value.starts_with(|c: char| c.is_ascii_alphabetic())
                    && value.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            }
            _ => matches!(value, "yes" | "no"),
        };
        let known = names.any(|known| known == name);
        let apart = left.len() > trimmed.len();
        if !known || !allowed || !apart || (first && name != "version") {
            return Err(Fault::Syntax);
        }
        first = false;
        left = after;
    }
}

/// Makes a value of a document.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Map>,
}

struct Element {
    tag: Text,
    /// The text before the first child.
    text: String,
    children: Vec<Dynamic>,
}

impl Sink for Tree {
    fn open(&mut self, tag: Text) {
        self.open.push(Element { tag, text: String::new(), children: Vec::new() });
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut().filter(|element| element.children.is_empty()) {
            element.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(Element { tag, text, children }) = self.open.pop() else { return };
        let has_text = !text.chars().all(chars::is_space);
        let value = if has_text || (children.is_empty() && !self.open.is_empty()) {
            text_or_null(&text)
        } else {
            Dynamic::List(children.into())
        };
        let map = Map::from_iter([(tag, value)]);
        match self.open.last_mut() {
            Some(outer) => outer.children.push(map.into()),
            None => self.root = Some(map),
        }
    }
}
