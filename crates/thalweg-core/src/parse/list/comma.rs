//! [`Comma`]: comma-separated values.

use crate::parse::chars::is_space;
use crate::value::Text;

/// Reads comma-separated values, as files of them are written, one character after the other.
#[derive(Debug, Default)]
pub(super) struct Values {
    at: At,
    field: String,
    /// How many characters are in the field.
    len: usize,
    done: Vec<Text>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum At {
    #[default]
    RecordStart,
    FieldStart,
    Field,
    Quoted,
    /// After a quotation mark in a quoted field, which ends it or is the first of two.
    Quote,
    /// After a carriage return, which only a line end may follow.
    Return,
}

/// The text breaks the rules.
pub(super) struct Broken;

/// The most characters that a field may have.
const LONGEST: usize = 131_072;

impl Values {
    fn push(&mut self, text: &str) -> Result<(), Broken> {
        text.chars().try_for_each(|c| self.take(c))
    }

    pub(super) fn take(&mut self, c: char) -> Result<(), Broken> {
        match (self.at, c) {
            (At::Return | At::RecordStart, '\n') => self.at = At::RecordStart,
            (At::Return | At::RecordStart, '\r') => self.at = At::Return,
            (At::Return, _) => return Err(Broken),
            (At::RecordStart | At::FieldStart, ' ') => self.at = At::FieldStart,
            (At::RecordStart | At::FieldStart, '"') => self.at = At::Quoted,
            (At::Quoted, '"') => self.at = At::Quote,
            (At::Quoted, _) => self.add(c)?,
            (At::Quote, '"') => {
                self.add(c)?;
                self.at = At::Quoted;
            }
            (_, ',') => self.save(At::FieldStart),
            (_, '\n') => self.save(At::RecordStart),
            (_, '\r') => self.save(At::Return),
            _ => {
                self.add(c)?;
                self.at = At::Field;
            }
        }
        Ok(())
    }

    fn add(&mut self, c: char) -> Result<(), Broken> {
        if self.len == LONGEST {
            return Err(Broken);
        }
        self.len += 1;
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, next: At) {
        self.done.push(std::mem::take(&mut self.field).into());
        self.len = 0;
        self.at = next;
    }

    /// Goes on where the text has broken a rule.
    pub(super) fn forgive(&mut self) {
        self.len = 0;
        if self.at == At::Return {
            self.at = At::RecordStart;
        }
    }

    /// The items that are finished.
    pub(super) fn take_done(&mut self) -> Vec<Text> {
        std::mem::take(&mut self.done)
    }

    /// Whether the text, if it ends here, ends within a field.
    fn in_field(&self) -> bool {
        !matches!(self.at, At::RecordStart | At::Return)
    }

    pub(super) fn finish(mut self) -> Vec<Text> {
        if self.in_field() {
            self.save(At::RecordStart);
        }
        self.done
    }
}

/// The items of a text that breaks the rules.
fn cut(text: &str) -> Vec<Text> {
    text.split(',').map(|item| Text::from(item.trim_matches(is_space))).collect()
}

pub(super) fn parse(text: &str) -> Vec<Text> {
    let mut values = Values::default();
    match values.push(text) {
        Ok(()) => values.finish(),
        Err(Broken) => cut(text),
    }
}

/// Reads a list in pieces.
///
/// After each piece the text so far is taken as if it ended. If there is more than one item, all but the last
/// are given out, and the last, as it was understood, is put before what follows. That is where quotation marks
/// get lost at the end of a piece; it costs a second look at the last item, but not at those before it.
#[derive(Debug, Default)]
pub(super) struct Comma {
    text: String,
    values: Values,
    /// Whether the text breaks the rules, and whether it can be cut then.
    broken: bool,
    can_cut: bool,
}

impl Comma {
    pub(super) fn push(&mut self, piece: &str) -> Vec<Text> {
        let before = self.broken;
        self.add(piece);
        let mut items = if self.broken {
            self.can_cut |= if before { piece.contains(',') } else { self.text.contains(',') };
            if !self.can_cut {
                return Vec::new();
            }
            cut(&self.text)
        } else {
            if self.values.done.len() + usize::from(self.values.in_field()) < 2 {
                return Vec::new();
            }
            std::mem::take(&mut self.values).finish()
        };
        let last = items.pop();
        *self = Self::default();
        self.add(last.as_deref().unwrap_or_default());
        self.can_cut = self.broken && self.text.contains(',');
        items
    }

    fn add(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.broken = self.broken || self.values.push(piece).is_err();
    }

    pub(super) fn finish(self) -> Vec<Text> {
        if self.broken { cut(&self.text) } else { self.values.finish() }
    }
}
