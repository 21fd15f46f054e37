//! [`excerpt`] and [`Beginning`]: how texts are shown in error messages.

use crate::value::Text;

/// How many characters are shown.
const LONGEST: usize = 200;

/// The beginning of a text for an error message.
pub(crate) fn excerpt(text: &str) -> Text {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Text::from(format!("{}…", text.get(..end).unwrap_or(text))),
        None => Text::from(text),
    }
}

/// Keeps the beginning of a text that comes in pieces, of which no more is looked at than is shown.
#[derive(Debug, Default)]
pub(crate) struct Beginning {
    text: String,
    chars: usize,
}

impl Beginning {
    /// Takes the next piece.
    pub(crate) fn push(&mut self, piece: &str) {
        // One more than is shown tells that there is more.
        for c in piece.chars().take((LONGEST + 1).saturating_sub(self.chars)) {
            self.text.push(c);
            self.chars += 1;
        }
    }

    /// The beginning as error messages show it.
    pub(crate) fn excerpt(&self) -> Text {
        excerpt(&self.text)
    }
}
