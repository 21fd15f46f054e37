//! [`Lines`]: numbered lists and lists with bullets.

use crate::parse::chars::{is_digit, is_space};
use crate::value::Text;

/// What marks an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Style {
    /// Digits, a point and white space, anywhere in a line: `\d+\.\s([^\n]+)`.
    Numbered,
    /// A hyphen or asterisk and white space, at the beginning of a line: `^\s*[-*]\s([^\n]+)$`. What is
    /// white space may be line ends.
    Markdown,
}

/// Looks for items in a text that comes in pieces.
#[derive(Debug)]
pub(super) struct Lines {
    style: Style,
    at: At,
    /// The item that was found last, to which the rest of its line is still added.
    item: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    /// Nothing but white space since a line began.
    LineStart,
    Elsewhere,
    Digits,
    /// After the point or the bullet.
    Marker,
    /// After the white space that follows these.
    Space,
    Item,
}

impl Lines {
    pub(super) fn new(style: Style) -> Self {
        Self { style, at: At::LineStart, item: None }
    }

    pub(super) fn push(&mut self, piece: &str) -> Vec<Text> {
        let mut done = Vec::new();
        let mut rest = piece;
        loop {
            if self.at == At::Item {
                let end = rest.find('\n');
                let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
                if let Some(item) = &mut self.item {
                    item.push_str(line);
                }
                if end.is_none() {
                    return done;
                }
                self.at = At::Elsewhere;
                rest = after;
            }
            let Some(c) = rest.chars().next() else { return done };
            self.at = self.next(c);
            if self.at == At::Item {
                done.extend(self.item.replace(String::new()).map(Text::from));
            } else {
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Text> {
        self.item.into_iter().map(Text::from).collect()
    }

    fn next(&self, c: char) -> At {
        match (self.style, self.at) {
            (_, At::Space) if c != '\n' => At::Item,
            (_, At::Marker) if is_space(c) => At::Space,
            (Style::Numbered, At::Digits) if c == '.' => At::Marker,
            (Style::Numbered, _) if is_digit(c) => At::Digits,
            (Style::Markdown, _) if c == '\n' => At::LineStart,
            (Style::Markdown, At::LineStart) if is_space(c) => At::LineStart,
            (Style::Markdown, At::LineStart) if matches!(c, '-' | '*') => At::Marker,
            _ => At::Elsewhere,
        }
    }
}

pub(super) fn parse(style: Style, text: &str) -> Vec<Text> {
    let mut lines = Lines::new(style);
    let mut items = lines.push(text);
    items.extend(lines.finish());
    items
}
