//! What the terminal can do.

use std::env;

/// Columns and rows where the terminal does not tell.
const USUAL: (usize, usize) = (80, 24);

/// Whether lines can be redrawn.
pub(super) fn is_able() -> bool {
    env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether colors are wanted: see <https://no-color.org>.
pub(super) fn has_color() -> bool {
    env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
}

/// Its columns and rows, now.
pub(super) fn size() -> (usize, usize) {
    terminal_size::terminal_size().map_or(USUAL, |(width, height)| (width.0.into(), height.0.into()))
}
