//! [`Reader`]: reads XML one character after the other. Start tags are read in `start_tag`; instructions, document types,
//! references and raw text in `special`.

mod special;
mod start_tag;

use self::special::data;
use super::fault::Fault;
use super::names::{begins_name, goes_on, is_char, is_space};
use super::tag::{Namespaces, Tag};
use crate::value::Text;

/// What a document is made into.
pub(super) trait Sink {
    /// An element begins.
    fn open(&mut self, tag: Text);
    /// Text within the innermost open element.
    fn text(&mut self, text: &str);
    /// The innermost open element ends.
    fn close(&mut self);
}

/// Takes a document in pieces and tells a [`Sink`] what is in it. Faults are found at the first character that
/// cannot stand where it does; after one, the reader must not be used any more.
#[derive(Debug)]
pub(super) struct Reader {
    at: At,
    place: Place,
    open: Vec<Open>,
    namespaces: Namespaces,
    tag: Tag,
    /// A name that is being read: of an end tag, an instruction or a reference.
    name: String,
    /// Whether the last character was a carriage return, which stands for a line end.
    returned: bool,
    line: usize,
}

#[derive(Debug)]
struct Open {
    name: String,
    outside: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    BeforeRoot,
    Within,
    AfterRoot,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// Text, after so many closing brackets.
    Text(u8),
    Less,
    Bang,
    CommentStart,
    /// A comment, after so many hyphens.
    Comment(u8),
    /// After so many characters of `CDATA[`.
    DataStart(usize),
    /// A section of raw text, after so many closing brackets.
    Data(u8),
    /// A document type, within so many brackets and perhaps in quotation marks.
    Doctype(usize, Option<char>),
    TargetStart,
    Target,
    /// After a question mark that ends the target of an instruction.
    TargetEnd,
    /// An instruction, and whether the last character was a question mark.
    Instruction(bool),
    Name,
    InTag,
    Attribute,
    AfterAttribute,
    BeforeValue,
    Value(char),
    AfterValue,
    Empty,
    EndStart,
    EndName,
    AfterEndName,
    /// A reference in the text, or in a value with these quotation marks.
    Reference(Option<char>),
}

const DATA: &str = "CDATA[";

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            at: At::Text(0),
            place: Place::BeforeRoot,
            open: Vec::new(),
            namespaces: Namespaces::default(),
            tag: Tag::default(),
            name: String::new(),
            returned: false,
            line: 1,
        }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Whether no element is open.
    pub(super) fn is_outside(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether the root element has ended.
    pub(super) fn is_after_root(&self) -> bool {
        self.place == Place::AfterRoot
    }

    pub(super) fn push(&mut self, piece: &str, sink: &mut impl Sink) -> Result<(), Fault> {
        let mut rest = piece;
        while let Some(c) = rest.chars().next() {
            let plain = match (self.at, self.place) {
                (At::Text(_), Place::Within) => {
                    rest.find(|c| matches!(c, '<' | '&' | ']' | '>' | '\r' | '\n') || !is_char(c))
                }
                _ => Some(0),
            };
            let (text, after) = rest.split_at(plain.unwrap_or(rest.len()));
            if text.is_empty() {
                self.take(c, sink)?;
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            } else {
                sink.text(text);
                (self.at, self.returned) = (At::Text(0), false);
                rest = after;
            }
        }
        Ok(())
    }

    fn take(&mut self, c: char, sink: &mut impl Sink) -> Result<(), Fault> {
        if !is_char(c) {
            return Err(Fault::Syntax);
        }
        // Every kind of line end counts as one line feed.
        if std::mem::replace(&mut self.returned, c == '\r') && c == '\n' {
            return Ok(());
        }
        let c = if c == '\r' { '\n' } else { c };
        self.line += usize::from(c == '\n');
        self.at = self.next(c, sink)?;
        Ok(())
    }

    fn next(&mut self, c: char, sink: &mut impl Sink) -> Result<At, Fault> {
        Ok(match (self.at, c) {
            (At::Text(_), '<') => At::Less,
            (At::Text(brackets), _) => return self.text(brackets, c, sink),
            (At::Less, '/') if self.place == Place::Within => At::EndStart,
            (At::Less, '!') => At::Bang,
            (At::Less, '?') => At::TargetStart,
            (At::Less, _) if self.place == Place::AfterRoot => return Err(Fault::AfterRoot),
            (At::Less, _) if begins_name(c) => {
                self.tag = Tag { name: c.to_string(), ..Tag::default() };
                At::Name
            }
            (At::Bang, '-') => At::CommentStart,
            (At::Bang, '[') if self.place == Place::Within => At::DataStart(0),
            (At::Bang, 'D') if self.place == Place::BeforeRoot => {
                self.name = c.to_string();
                At::Doctype(0, None)
            }
            (At::CommentStart, '-') => At::Comment(0),
            // A declaration is no instruction.
            (At::TargetEnd | At::Instruction(true), '>') if self.name == "xml" => return Err(Fault::Syntax),
            (At::Comment(2) | At::TargetEnd | At::Instruction(true), '>') => At::Text(0),
            (At::Comment(2), _) => return Err(Fault::Syntax),
            (At::Comment(hyphens), _) => At::Comment(if c == '-' { hyphens + 1 } else { 0 }),
            (At::DataStart(taken), _) if DATA[taken..].starts_with(c) => {
                if taken + 1 == DATA.len() {
                    At::Data(0)
                } else {
                    At::DataStart(taken + 1)
                }
            }
            (At::Data(brackets), _) => data(brackets, c, sink),
            (At::Doctype(depth, quote), _) => return self.doctype(depth, quote, c),
            (At::Instruction(_), _) => At::Instruction(c == '?'),
            (At::TargetStart, _) if begins_name(c) => {
                self.name = c.to_string();
                At::Target
            }
            (At::Target, _) => return self.target(c),
            (At::EndStart, _) if begins_name(c) => {
                self.name = c.to_string();
                At::EndName
            }
            (At::EndName, _) if goes_on(c) || c == ':' => {
                self.name.push(c);
                At::EndName
            }
            (At::EndName | At::AfterEndName, '>') => return self.close(sink),
            (At::EndName | At::AfterEndName, _) if is_space(c) => At::AfterEndName,
            (At::Reference(quote), _) => return self.reference(quote, c, sink),
            _ => return self.in_tag(c, sink),
        })
    }

    fn text(&mut self, brackets: u8, c: char, sink: &mut impl Sink) -> Result<At, Fault> {
        if self.place != Place::Within {
            return match self.place {
                _ if is_space(c) => Ok(At::Text(0)),
                Place::AfterRoot => Err(Fault::AfterRoot),
                _ => Err(Fault::Syntax),
            };
        }
        if c == '&' {
            self.name.clear();
            return Ok(At::Reference(None));
        }
        if c == '>' && brackets == 2 {
            return Err(Fault::Syntax);
        }
        sink.text(c.encode_utf8(&mut [0; 4]));
        Ok(At::Text(if c == ']' { (brackets + 1).min(2) } else { 0 }))
    }

    fn open(&mut self, sink: &mut impl Sink) -> Result<(), Fault> {
        let (full, outside) = self.tag.end(&mut self.namespaces)?;
        if self.open.len() == super::MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.open.push(Open { name: self.tag.name.clone(), outside });
        self.place = Place::Within;
        sink.open(full);
        Ok(())
    }

    fn close(&mut self, sink: &mut impl Sink) -> Result<At, Fault> {
        // A tag that does not match stays open: the fault is within the element.
        let open = self.open.pop_if(|open| open.name == self.name).ok_or(Fault::MismatchedTag)?;
        self.namespaces.leave(open.outside);
        if self.open.is_empty() {
            self.place = Place::AfterRoot;
        }
        sink.close();
        Ok(At::Text(0))
    }

    /// The end of the document.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match (self.place, self.at) {
            (Place::AfterRoot, At::Text(_)) => Ok(()),
            (Place::Within, _) => Err(Fault::Unclosed),
            (Place::BeforeRoot, At::Text(_)) => Err(Fault::NoElement),
            _ => Err(Fault::Syntax),
        }
    }
}
