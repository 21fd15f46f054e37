//! Within a start tag: the element's name and its attributes.

use super::{At, Reader, Sink};
use crate::parse::xml::fault::Fault;
use crate::parse::xml::names::{begins_name, goes_on, is_space};

impl Reader {
    /// Within a start tag.
    pub(super) fn in_tag(&mut self, c: char, sink: &mut impl Sink) -> Result<At, Fault> {
        if self.at == At::Name && self.tag.name.ends_with(':') && !begins_name(c) {
            return Err(Fault::Syntax);
        }
        Ok(match (self.at, c) {
            (At::Name | At::InTag | At::AfterValue, '>') => {
                self.open(sink)?;
                At::Text(0)
            }
            (At::Name | At::InTag | At::AfterValue, '/') => At::Empty,
            (At::Name | At::InTag | At::AfterValue, _) if is_space(c) => At::InTag,
            (At::Empty, '>') => {
                self.open(sink)?;
                self.name.clone_from(&self.tag.name);
                return self.close(sink);
            }
            (At::Name, _) if name_goes_on(&self.tag.name, c) => {
                self.tag.name.push(c);
                At::Name
            }
            (At::InTag, _) if begins_name(c) => {
                self.tag.attributes.push((c.to_string(), String::new()));
                At::Attribute
            }
            (At::Attribute | At::AfterAttribute, '=') if self.name_is_whole() => At::BeforeValue,
            (At::Attribute | At::AfterAttribute, _) if is_space(c) && self.name_is_whole() => {
                At::AfterAttribute
            }
            (At::Attribute, _) => match self.tag.attribute() {
                Some((name, _)) if name_goes_on(name, c) => {
                    name.push(c);
                    At::Attribute
                }
                _ => return Err(Fault::Syntax),
            },
            (At::BeforeValue, _) if is_space(c) => At::BeforeValue,
            (At::BeforeValue, '"' | '\'') => At::Value(c),
            (At::Value(quote), _) if c == quote => At::AfterValue,
            (At::Value(quote), '&') => {
                self.name.clear();
                At::Reference(Some(quote))
            }
            (At::Value(quote), _) if c != '<' => {
                self.add_to_value(if is_space(c) { ' ' } else { c });
                At::Value(quote)
            }
            _ => return Err(Fault::Syntax),
        })
    }

    fn name_is_whole(&self) -> bool {
        self.tag.attributes.last().is_some_and(|(name, _)| !name.ends_with(':'))
    }

    pub(super) fn add_to_value(&mut self, c: char) {
        if let Some((_, value)) = self.tag.attribute() {
            value.push(c);
        }
    }
}

/// Whether `c` continues a name; a name has at most one colon, before which and after which something stands.
fn name_goes_on(name: &str, c: char) -> bool {
    match c {
        ':' => !name.contains(':'),
        _ if name.ends_with(':') => begins_name(c),
        _ => goes_on(c),
    }
}
