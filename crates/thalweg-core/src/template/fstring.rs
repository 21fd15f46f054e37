//! f-string templates: `{name}`, `{name!r}`, `{name:>10}`, and doubled braces for literal ones.
//!
//! A field names one variable: attributes, indexes, positions and fields inside a format specification are
//! refused when the template is read. A conversion or specification that does not exist is an error when the
//! template is rendered, as in langchain-core: only then is the value known.

use super::format::{Misfit, can_be_formatted, format_text, format_value};
use super::position::Broken;
use super::spec::Spec;
use crate::error::{Error, Result};
use crate::python::quote::ascii;
use crate::python::{write_repr, write_str};
use crate::value::{Dynamic, Map, Text};

/// A template that has been read.
#[derive(Debug)]
pub(super) struct FString(Vec<Part>);

#[derive(Debug)]
enum Part {
    Literal(Text),
    Field(Field),
}

#[derive(Debug)]
struct Field {
    name: Text,
    conversion: Option<char>,
    /// The specification's text; empty for none.
    text: Text,
    spec: Result<Spec, &'static str>,
}

impl FString {
    pub(super) fn parse(source: &str) -> Result<Self, Broken> {
        let at = |rest: &str| source.len() - rest.len();
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = source;
        while let Some(brace) = rest.find(['{', '}']) {
            let (before, tail) = rest.split_at(brace);
            literal.push_str(before);
            if let Some(after) = tail.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = tail.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some(inside) = tail.strip_prefix('{') {
                let (field, after) = Field::parse(inside).map_err(|(why, rest)| Broken::at(at(rest), why))?;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                }
                parts.push(Part::Field(field));
                rest = after;
            } else {
                return Err(Broken::at(
                    at(tail),
                    "a single `}` closes nothing: write `}}` for a literal one",
                ));
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.into()));
        }
        Ok(Self(parts))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(field) => Some(&field.name),
            Part::Literal(_) => None,
        })
    }

    /// Renders; the caller has made sure that every variable is there.
    pub(super) fn render(&self, vars: &Map) -> Result<Text> {
        if let [Part::Literal(text)] = self.0.as_slice() {
            return Ok(text.clone());
        }
        if let [Part::Field(field)] = self.0.as_slice()
            && let (true, Some(Dynamic::Text(text))) = (field.is_plain(), vars.get(&field.name))
        {
            return Ok(text.clone());
        }
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Field(field) => field.render(&mut out, vars)?,
            }
        }
        Ok(out.into())
    }
}

impl Field {
    /// Reads a field from behind its opening brace; returns it with what follows its closing one. The error
    /// comes with the text from where it stands.
    fn parse(inside: &str) -> Result<(Self, &str), (&'static str, &str)> {
        let open = |rest| ("the field is not closed: write `{{` for a literal brace", rest);
        let end = inside.find(['{', '}', '!', ':', '.', '[', ']']).ok_or(open(inside))?;
        let (name, tail) = inside.split_at(end);
        let mut chars = tail.chars();
        let mut next = chars.next();
        let mut conversion = None;
        if next == Some('!') {
            let before = chars.as_str();
            conversion = Some(chars.next().ok_or(("a conversion must follow `!`", before))?);
            next = chars.next();
            if !matches!(next, Some('}' | ':') | None) {
                return Err(("a conversion is one letter, followed by `:` or `}`", before));
            }
        }
        let text = match next {
            Some('}') => "",
            Some(':') => {
                let spec = chars.as_str();
                let end = spec.find(['{', '}']).ok_or(open(spec))?;
                let (text, after) = spec.split_at(end);
                chars = after.chars();
                if chars.next() == Some('{') {
                    return Err(("a format specification contains no fields", after));
                }
                text
            }
            Some('{') => {
                return Err(("a field's name contains no brace: write `{{` for a literal one", tail));
            }
            Some('.') => return Err(("a field names a variable, without attributes", tail)),
            Some('[' | ']') => return Err(("a field names a variable, without indexes", tail)),
            _ => return Err(open(tail)),
        };
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
            return Err(("a field names a variable, not a position", inside));
        }
        let field = Self { name: name.into(), conversion, text: text.into(), spec: Spec::parse(text) };
        Ok((field, chars.as_str()))
    }

    /// Whether it is only a name.
    fn is_plain(&self) -> bool {
        self.conversion.is_none() && self.text.is_empty() && !self.name.is_empty()
    }

    fn render(&self, out: &mut String, vars: &Map) -> Result<()> {
        let written = match vars.get(&self.name) {
            Some(value) if self.is_plain() => {
                write_str(out, value);
                Ok(())
            }
            Some(value) if !self.name.is_empty() => self.write(out, value),
            _ => Err(Misfit::spec("a field names a variable")),
        };
        written.map_err(|misfit| self.error(&misfit))
    }

    /// Converts the value, then writes it under the specification.
    fn write(&self, out: &mut String, value: &Dynamic) -> Result<(), Misfit> {
        let mut converted = String::new();
        match self.conversion {
            None if !can_be_formatted(value) => return Err(Misfit::NO_FORMAT),
            None => {}
            Some('s') => write_str(&mut converted, value),
            Some('r') => write_repr(&mut converted, value),
            Some('a') => {
                write_repr(&mut converted, value);
                converted = ascii(&converted);
            }
            Some(_) => return Err(Misfit::spec("the conversions are `!s`, `!r` and `!a`")),
        }
        if self.text.is_empty() {
            out.push_str(&converted);
            return Ok(());
        }
        let spec = self.spec.as_ref().map_err(|why| Misfit::spec(why))?;
        if self.conversion.is_some() {
            format_text(out, &converted, spec)
        } else {
            format_value(out, value, spec)
        }
    }

    fn error(&self, misfit: &Misfit) -> Error {
        let mut shown = format!("{{{}", self.name);
        if let Some(conversion) = self.conversion {
            shown.extend(['!', conversion]);
        }
        if !self.text.is_empty() {
            shown.push(':');
            shown.push_str(&self.text);
        }
        shown.push('}');
        Error::new(misfit.kind, misfit.why).with("field", shown)
    }
}
