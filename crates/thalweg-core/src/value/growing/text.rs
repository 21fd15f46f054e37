//! [`GrowingText`]: a text that is still being written.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Log;
use crate::value::Text;

/// A text to which pieces are added at the end.
#[derive(Debug, Default)]
pub(crate) struct GrowingText {
    /// What came before the last snapshot of a long text, in the pieces between snapshots.
    pieces: Option<Arc<Log<SmolStr>>>,
    /// How many bytes these are.
    before: usize,
    /// What came after.
    rest: String,
}

/// Shorter texts are copied for a snapshot.
const SHORT: usize = 128;

impl GrowingText {
    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.before + self.rest.len()
    }

    pub(crate) fn push_str(&mut self, piece: &str) {
        self.rest.push_str(piece);
    }

    pub(crate) fn push(&mut self, c: char) {
        self.rest.push(c);
    }

    /// The text so far, and one more character that may still change.
    pub(crate) fn snapshot(&mut self, extra: Option<char>) -> Text {
        if self.len() < SHORT {
            return match extra {
                None => Text::from(self.rest.as_str()),
                Some(c) => self.rest.chars().chain([c]).collect(),
            };
        }
        let pieces = self.pieces.get_or_insert_default();
        if !self.rest.is_empty() {
            // Nobody else appends to this log, so the place is free.
            let _ = pieces.push(SmolStr::new(&self.rest));
            self.before += self.rest.len();
            self.rest.clear();
        }
        Text::grown(Arc::clone(pieces), self.before, extra)
    }

    /// The text so far, if it is short.
    pub(crate) fn short(&self) -> Option<&str> {
        (self.len() < SHORT).then_some(&self.rest)
    }

    /// The text, and an empty one for the next time.
    pub(crate) fn finish(&mut self) -> Text {
        let text = match &self.pieces {
            None => Text::from(self.rest.as_str()),
            Some(pieces) => {
                let mut whole = String::with_capacity(self.len());
                whole.extend(pieces.range(0, pieces.len()).map(SmolStr::as_str));
                whole.push_str(&self.rest);
                Text::from(whole)
            }
        };
        self.clear();
        text
    }

    pub(crate) fn clear(&mut self) {
        self.pieces = None;
        self.before = 0;
        self.rest.clear();
    }
}
