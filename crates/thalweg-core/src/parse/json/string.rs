//! [`JsonString`]: a string that is still being written.

use crate::parse::bytes::find;
use crate::value::Text;
use crate::value::growing::GrowingText;

/// Reads what stands between two quotation marks and undoes the escapes. It is used for one string after the
/// other, so that these share its memory.
#[derive(Debug)]
pub(super) struct JsonString {
    text: GrowingText,
    escape: Escape,
    /// The first half of a surrogate pair that waits for the second.
    high: Option<u32>,
    /// Where in the text the last escape ended, and whether it was a quotation mark.
    escaped_to: usize,
    escaped_quote: bool,
    mending: Mending,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Escape {
    None,
    Backslash,
    Unicode { digits: u8, unit: u32 },
}

/// In strings that hold an action's input, a backslash before a line end or tab may stand for itself, as long
/// as a quotation mark follows somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mending {
    Off,
    On,
    /// It was done, and what was done is not certain before the quotation mark.
    Waiting,
}

/// What became of the bytes of a piece.
#[derive(Debug, PartialEq)]
pub(super) enum Read {
    /// All were taken.
    All,
    /// The string ended, with the quotation mark before this position.
    Closed(usize),
    /// The byte at this position cannot be part of a string.
    Broken(usize),
}

impl JsonString {
    pub(super) fn new() -> Self {
        Self {
            text: GrowingText::default(),
            escape: Escape::None,
            high: None,
            escaped_to: 0,
            escaped_quote: false,
            mending: Mending::Off,
        }
    }

    /// Begins a string; the one before must be finished, or is forgotten.
    pub(super) fn begin(&mut self, mending: Mending) {
        self.text.clear();
        self.escape = Escape::None;
        self.high = None;
        (self.escaped_to, self.escaped_quote) = (0, false);
        self.mending = mending;
    }

    /// Takes the bytes of `piece` from `from` on as far as they belong to the string.
    pub(super) fn push(&mut self, piece: &str, from: usize) -> Read {
        let bytes = piece.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            match self.escape {
                Escape::None => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let run = find(rest, b'"', b'\\').unwrap_or(rest.len());
                    if run > 0 {
                        self.settle();
                        self.text.push_str(piece.get(at..at + run).unwrap_or_default());
                        at += run;
                        continue;
                    }
                    if byte == b'"' {
                        self.settle();
                        return Read::Closed(at + 1);
                    }
                    self.escape = Escape::Backslash;
                }
                Escape::Backslash => {
                    if !self.escaped(byte) {
                        return Read::Broken(at);
                    }
                }
                Escape::Unicode { digits, unit } => {
                    let Some(digit) = char::from(byte).to_digit(16) else { return Read::Broken(at) };
                    let unit = unit * 16 + digit;
                    if digits < 3 {
                        self.escape = Escape::Unicode { digits: digits + 1, unit };
                    } else {
                        self.unit(unit);
                    }
                }
            }
            at += 1;
        }
        Read::All
    }

    /// The character after a backslash.
    fn escaped(&mut self, byte: u8) -> bool {
        let c = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.escape = Escape::Unicode { digits: 0, unit: 0 };
                return true;
            }
            b'\n' | b'\r' | b'\t' if self.mending != Mending::Off => {
                self.settle();
                self.mending = Mending::Waiting;
                self.text.push('\\');
                match byte {
                    b'\n' => 'n',
                    b'\r' => 'r',
                    _ => 't',
                }
            }
            _ => return false,
        };
        self.settle();
        self.text.push(c);
        if byte == b'"' {
            self.mending = Mending::Off;
        }
        self.end_escape(byte == b'"');
        true
    }

    /// A whole `\u` escape. Halves of surrogate pairs that stand alone become U+FFFD.
    fn unit(&mut self, unit: u32) {
        match (self.high.take(), unit) {
            (Some(high), 0xDC00..=0xDFFF) => {
                let code = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
                self.text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (high, _) => {
                if high.is_some() {
                    self.text.push(char::REPLACEMENT_CHARACTER);
                }
                if (0xD800..=0xDBFF).contains(&unit) {
                    self.high = Some(unit);
                } else {
                    self.text.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
        self.end_escape(false);
    }

    fn end_escape(&mut self, quote: bool) {
        self.escape = Escape::None;
        self.escaped_to = self.text.len();
        self.escaped_quote = quote;
    }

    /// Nothing that could complete a surrogate pair follows.
    fn settle(&mut self) {
        if self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
            self.escaped_to = self.text.len();
        }
    }

    /// The text if the string ended here; `None` while an escape is incomplete that cannot just be left out.
    pub(super) fn so_far(&mut self) -> Option<Text> {
        if matches!(self.escape, Escape::Unicode { .. }) || self.mending == Mending::Waiting {
            return None;
        }
        Some(self.text.snapshot(self.high.map(|_| char::REPLACEMENT_CHARACTER)))
    }

    /// Whether the raw text, up to its closing quotation mark, ends with a quotation mark and `word`.
    pub(super) fn ends_quoted(&self, word: &str) -> bool {
        (self.escaped_to == 0 || self.escaped_quote) && self.text.len() - self.escaped_to == word.len()
    }

    pub(super) fn finish(&mut self) -> Text {
        self.text.finish()
    }
}
