//! [`Edges`]: takes white space and back ticks off both ends of a text that comes in pieces.

use crate::parse::chars::is_space;

/// Trims a text as two calls in turn would: white space of every kind, then blanks, line ends, tabs and back
/// ticks. What may turn out to be the end of the text is held back until something follows it.
#[derive(Debug)]
pub(super) struct Edges {
    lead: Lead,
    held: String,
    /// Where in `held` the last white space ends that only the first of the two calls takes off.
    firm: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Lead {
    Space,
    Ticks,
    Body,
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// Taken off by both calls.
    Blank,
    Tick,
    /// White space that only the first call takes off.
    OtherSpace,
    Solid,
}

fn class(c: char) -> Class {
    match c {
        ' ' | '\n' | '\r' | '\t' => Class::Blank,
        '`' => Class::Tick,
        c if is_space(c) => Class::OtherSpace,
        _ => Class::Solid,
    }
}

impl Edges {
    /// For a whole text.
    pub(super) fn of_text() -> Self {
        Self { lead: Lead::Space, held: String::new(), firm: 0 }
    }

    /// For the rest of a text, whose beginning belongs to the second call alone.
    pub(super) fn of_rest() -> Self {
        Self { lead: Lead::Ticks, held: String::new(), firm: 0 }
    }

    /// Takes a piece and hands on what is certain to lie within the trimmed text.
    pub(super) fn push(&mut self, mut piece: &str, mut sink: impl FnMut(&str)) {
        if self.lead != Lead::Body {
            piece = self.skip_lead(piece);
        }
        let mut ends = piece.char_indices().rev();
        let solid = ends.find(|(_, c)| class(*c) == Class::Solid).map_or(0, |(at, c)| at + c.len_utf8());
        let (body, rest) = piece.split_at(solid);
        if !body.is_empty() {
            if !self.held.is_empty() {
                sink(&self.held);
                self.held.clear();
                self.firm = 0;
            }
            sink(body);
        }
        for c in rest.chars() {
            self.held.push(c);
            match class(c) {
                Class::OtherSpace => self.firm = self.held.len(),
                Class::Tick if self.firm > 0 => {
                    sink(self.held.get(..self.firm).unwrap_or_default());
                    self.held.drain(..self.firm);
                    self.firm = 0;
                }
                _ => {}
            }
        }
    }

    fn skip_lead<'a>(&mut self, piece: &'a str) -> &'a str {
        for (at, c) in piece.char_indices() {
            match (self.lead, class(c)) {
                (Lead::Space, Class::Blank | Class::OtherSpace)
                | (Lead::Ticks, Class::Blank | Class::Tick) => {}
                (Lead::Space, Class::Tick) => self.lead = Lead::Ticks,
                _ => {
                    self.lead = Lead::Body;
                    return piece.get(at..).unwrap_or_default();
                }
            }
        }
        ""
    }
}
