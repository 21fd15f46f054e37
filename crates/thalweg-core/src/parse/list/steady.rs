//! [`Steady`]: comma-separated values that are the same however their text is cut.

use super::comma::Values;
use crate::value::Text;

/// Reads a list in pieces and gives each item when it is finished. What breaks the rules is taken as it is: a carriage
/// return ends a line, and no item is too long.
#[derive(Debug, Default)]
pub(super) struct Steady(Values);

impl Steady {
    pub(super) fn push(&mut self, piece: &str) -> Vec<Text> {
        for c in piece.chars() {
            if self.0.take(c).is_err() {
                self.0.forgive();
                // Nothing is left that the character could break.
                let _ = self.0.take(c);
            }
        }
        self.0.take_done()
    }

    pub(super) fn finish(self) -> Vec<Text> {
        self.0.finish()
    }
}
