//! What is neither a tag nor plain text: instructions and document types, which are passed over, references and sections
//! of raw text, which stand for text.

use super::{At, Reader, Sink};
use crate::parse::xml::fault::Fault;
use crate::parse::xml::names::{goes_on, is_space, reference_goes_on, referred};

impl Reader {
    /// The name of an instruction, which must not be `xml` in any spelling.
    pub(super) fn target(&mut self, c: char) -> Result<At, Fault> {
        if goes_on(c) {
            self.name.push(c);
            return Ok(At::Target);
        }
        if self.name != "xml" && self.name.eq_ignore_ascii_case("xml") {
            return Err(Fault::Syntax);
        }
        match c {
            '?' => Ok(At::TargetEnd),
            _ if is_space(c) => Ok(At::Instruction(false)),
            _ => Err(Fault::Syntax),
        }
    }

    /// A document type is passed over, but it must not declare entities.
    pub(super) fn doctype(&mut self, depth: usize, quote: Option<char>, c: char) -> Result<At, Fault> {
        const KEYWORD: &str = "DOCTYPE";
        self.name.push(c);
        if self.name.len() <= KEYWORD.len() {
            return if KEYWORD.starts_with(&self.name) {
                Ok(At::Doctype(0, None))
            } else {
                Err(Fault::Syntax)
            };
        }
        if self.name.ends_with("<!ENTITY") {
            return Err(Fault::EntityDeclaration);
        }
        Ok(match (quote, c) {
            (Some(open), _) => At::Doctype(depth, (open != c).then_some(open)),
            (None, '"' | '\'') => At::Doctype(depth, Some(c)),
            (None, '[') => At::Doctype(depth + 1, None),
            (None, ']') => At::Doctype(depth.saturating_sub(1), None),
            (None, '>') if depth == 0 => At::Text(0),
            _ => At::Doctype(depth, None),
        })
    }

    /// What stands between `&` and `;`.
    pub(super) fn reference(
        &mut self,
        quote: Option<char>,
        c: char,
        sink: &mut impl Sink,
    ) -> Result<At, Fault> {
        if c != ';' {
            let fits = reference_goes_on(&self.name, c);
            self.name.push(c);
            return if fits { Ok(At::Reference(quote)) } else { Err(Fault::Syntax) };
        }
        if matches!(self.name.as_str(), "" | "#" | "#x") {
            return Err(Fault::Syntax);
        }
        let meant = referred(&self.name);
        match (quote, meant) {
            (None, meant) => {
                sink.text(meant?.encode_utf8(&mut [0; 4]));
                Ok(At::Text(0))
            }
            (Some(quote), Ok(c)) => {
                self.add_to_value(c);
                Ok(At::Value(quote))
            }
            (Some(quote), Err(fault)) => {
                self.tag.fault.get_or_insert(fault);
                Ok(At::Value(quote))
            }
        }
    }
}

/// In a section of raw text, after so many closing brackets.
pub(super) fn data(brackets: u8, c: char, sink: &mut impl Sink) -> At {
    match (brackets, c) {
        (2, '>') => return At::Text(0),
        (2, ']') => {
            sink.text("]");
            return At::Data(2);
        }
        (_, ']') => return At::Data(brackets + 1),
        _ => {}
    }
    for _ in 0..brackets {
        sink.text("]");
    }
    sink.text(c.encode_utf8(&mut [0; 4]));
    At::Data(0)
}
