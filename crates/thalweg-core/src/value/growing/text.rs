//! [`GrowingText`]: a text that is still being written.

use crate::value::Text;

#[derive(Debug, Default)]
pub(crate) struct GrowingText(String);

impl GrowingText {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push_str(&mut self, piece: &str) {
        self.0.push_str(piece);
    }

    pub(crate) fn push(&mut self, c: char) {
        self.0.push(c);
    }

    /// The text so far, and one more character that may still change.
    pub(crate) fn snapshot(&mut self, extra: Option<char>) -> Text {
        match extra {
            None => Text::from(self.0.as_str()),
            Some(c) => self.0.chars().chain([c]).collect(),
        }
    }

    pub(crate) fn finish(self) -> Text {
        self.0.into()
    }
}
