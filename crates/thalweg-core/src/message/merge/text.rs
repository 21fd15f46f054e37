//! [`GrowingText`]: a text that takes pieces at its end.

use crate::value::Text;

/// A text that grows. Until the second piece arrives it is the first piece, shared.
#[derive(Debug)]
pub(crate) enum GrowingText {
    Shared(Text),
    Owned(String),
}

impl GrowingText {
    pub(crate) fn push(&mut self, piece: &Text) {
        match self {
            Self::Owned(text) => text.push_str(piece),
            Self::Shared(first) if first.is_empty() => *self = Self::Shared(piece.clone()),
            Self::Shared(_) if piece.is_empty() => {}
            Self::Shared(first) => {
                let mut text = String::with_capacity((first.len() + piece.len()).max(64));
                text.push_str(first);
                text.push_str(piece);
                *self = Self::Owned(text);
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Owned(text) => text,
        }
    }

    pub(crate) fn into_text(self) -> Text {
        match self {
            Self::Shared(text) => text,
            Self::Owned(text) => text.into(),
        }
    }
}

impl Default for GrowingText {
    fn default() -> Self {
        Self::Shared(Text::EMPTY)
    }
}
