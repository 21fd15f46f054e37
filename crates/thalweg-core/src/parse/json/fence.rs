//! [`Fence`]: finds the first fence in a text that comes in pieces.

use crate::parse::bytes::find;

/// Looks for the first three back ticks and the word `json` that may follow them at once.
#[derive(Debug)]
pub(super) enum Fence {
    /// So many back ticks stand at the end of the text.
    Ticks(usize),
    /// So many letters of the word have come.
    Word(usize),
    /// The fence is passed.
    Open,
}

const WORD: &str = "json";

impl Fence {
    pub(super) fn new() -> Self {
        Self::Ticks(0)
    }

    /// Takes a piece. After the fence, gives what follows it: letters that were taken for the word at first,
    /// and the rest of the piece.
    pub(super) fn push<'a>(&mut self, piece: &'a str) -> Option<(&'static str, &'a str)> {
        let bytes = piece.as_bytes();
        let mut at = 0;
        if let Self::Ticks(count) = self {
            if *count == 0 && find(bytes, b'`', b'`').is_none() {
                return None;
            }
            while *count < 3 {
                let byte = bytes.get(at)?;
                *count = if *byte == b'`' { *count + 1 } else { 0 };
                at += 1;
            }
            *self = Self::Word(0);
        }
        let mut letters = "";
        if let Self::Word(count) = self {
            while *count < WORD.len() {
                if bytes.get(at)? != &WORD.as_bytes()[*count] {
                    letters = WORD.get(..*count).unwrap_or_default();
                    break;
                }
                *count += 1;
                at += 1;
            }
            *self = Self::Open;
        }
        // All bytes before `at` are ASCII.
        Some((letters, piece.get(at..).unwrap_or_default()))
    }
}
