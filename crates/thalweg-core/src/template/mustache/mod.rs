//! Mustache templates: `{{name}}` (HTML-escaped), `{{{name}}}` and `{{&name}}` (as it is), sections, inverted
//! sections, comments, other delimiters, and lines that hold only such a tag.
//!
//! They behave as langchain-core's do, which differ from the Mustache specification in details: there are no
//! partials (a partial tag writes nothing), falsy list elements are skipped, and the edges of what a tag is are
//! its own.

mod scan;
mod scope;

use super::position::Broken;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, List, Map, Text};
use scan::Tag;
use scope::{Path, Scopes, is_true};

use crate::python::write_str;

/// How many tags and scopes a rendering may visit: nested sections over long lists could go on for ages.
const MOST_STEPS: u64 = 10_000_000;

/// A template that has been read.
#[derive(Debug)]
pub(super) struct Mustache(Vec<Token>);

#[derive(Debug)]
enum Token {
    Literal(Text),
    Variable {
        path: Path,
        escape: bool,
    },
    /// What follows up to the token `end` is written for each element, or once, or not.
    Section {
        path: Path,
        inverted: bool,
        end: usize,
    },
    End,
}

/// A section that is being written.
struct Frame {
    /// The list that it goes over, and how many of its elements have come.
    elements: Option<(List, usize)>,
    /// The token that follows the section's start.
    start: usize,
}

impl Mustache {
    pub(super) fn parse(source: &str) -> Result<Self, Broken> {
        let mut tokens: Vec<Token> = Vec::new();
        let mut open: Vec<(usize, Text)> = Vec::new();
        scan::scan(source, &mut |at, tag| {
            match tag {
                Tag::Literal(text) => tokens.push(Token::Literal(text.into())),
                Tag::Variable { name, escape } => {
                    tokens.push(Token::Variable { path: Path::new(name), escape });
                }
                Tag::Section { name, inverted } => {
                    open.push((tokens.len(), name.into()));
                    tokens.push(Token::Section { path: Path::new(name), inverted, end: 0 });
                }
                Tag::End(name) => {
                    let Some((start, opened)) = open.pop() else {
                        return Err(Broken::at(at, format!("`{name}` is closed but was not opened")));
                    };
                    if opened != name {
                        return Err(Broken::at(at, format!("`{name}` is closed where `{opened}` is open")));
                    }
                    let here = tokens.len();
                    if let Some(Token::Section { end, .. }) = tokens.get_mut(start) {
                        *end = here;
                    }
                    tokens.push(Token::End);
                }
                Tag::Nothing => {}
            }
            Ok(())
        })?;
        match open.pop() {
            Some((_, name)) => Err(Broken::at(source.len(), format!("the section `{name}` is not closed"))),
            None => Ok(Self(tokens)),
        }
    }

    /// The first parts of the names that stand outside of sections, and of the sections themselves.
    pub(super) fn names(&self) -> impl Iterator<Item = Text> {
        let mut depth = 0_usize;
        self.0.iter().filter_map(move |token| {
            let outside = depth == 0;
            let path = match token {
                Token::Literal(_) => None,
                Token::Variable { path, .. } => Some(path),
                Token::Section { path, .. } => {
                    depth += 1;
                    Some(path)
                }
                Token::End => {
                    depth = depth.saturating_sub(1);
                    None
                }
            };
            path.filter(|_| outside).and_then(Path::root).cloned()
        })
    }

    pub(super) fn render(&self, vars: &Map) -> Result<Text> {
        let mut out = String::new();
        let mut scopes = Scopes::new(Dynamic::Map(vars.clone()));
        let mut frames: Vec<Frame> = Vec::new();
        let mut next = 0;
        while let Some(token) = self.0.get(next) {
            next += 1;
            scopes.steps += 1;
            if scopes.steps > MOST_STEPS {
                return Err(Error::new(ErrorKind::Template, "the template repeats its sections too often"));
            }
            match token {
                Token::Literal(text) => out.push_str(text),
                Token::Variable { path, escape: true } => {
                    let value = scopes.get(path);
                    // In an inverted section, and in one over a truth value, the innermost scope is just `true`.
                    let value = match value {
                        Dynamic::Bool(true) if path.is_dot() => scopes.outer(),
                        value => value,
                    };
                    let mut text = String::new();
                    write_str(&mut text, &value);
                    escape_html(&mut out, &text);
                }
                Token::Variable { path, escape: false } => write_str(&mut out, &scopes.get(path)),
                Token::Section { path, inverted, end } => {
                    let value = scopes.get(path);
                    let frame = match value {
                        value if *inverted => (!is_true(&value)).then_some((Dynamic::Bool(true), None)),
                        Dynamic::List(list) => Some((Dynamic::Null, Some((list, 0)))),
                        value => is_true(&value).then_some((value, None)),
                    };
                    match frame {
                        None => next = end + 1,
                        Some((scope, elements)) => {
                            let over_list = elements.is_some();
                            frames.push(Frame { elements, start: next });
                            scopes.push(scope);
                            if over_list {
                                next = *end;
                            }
                        }
                    }
                }
                Token::End => {
                    scopes.pop();
                    if let Some(frame) = frames.last_mut() {
                        match frame.next_element(&mut scopes.steps) {
                            Some(element) => {
                                scopes.push(element);
                                next = frame.start;
                            }
                            None => drop(frames.pop()),
                        }
                    }
                }
            }
        }
        Ok(out.into())
    }
}

impl Frame {
    /// The next element of the list, passing over falsy ones.
    fn next_element(&mut self, steps: &mut u64) -> Option<Dynamic> {
        let (list, next) = self.elements.as_mut()?;
        loop {
            let element = list.get(*next)?;
            *next += 1;
            *steps += 1;
            if is_true(element) {
                return Some(element.clone());
            }
        }
    }
}

fn escape_html(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}
