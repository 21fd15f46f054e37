//! Text in columns: how wide it is, where it is cut.

use std::collections::VecDeque;

use unicode_width::UnicodeWidthChar;

/// The text, cut to so many columns.
pub(super) fn clip(text: &str, columns: usize) -> String {
    let mut line = String::new();
    let mut used = 0;
    for shown in text.chars().map(printable) {
        let width = shown.width().unwrap_or(0);
        if used + width > columns {
            while used + 1 > columns {
                let Some(last) = line.pop() else { return line };
                used -= last.width().unwrap_or(0);
            }
            line.push('…');
            return line;
        }
        used += width;
        line.push(shown);
    }
    line
}

/// The last so many rows of the text at this width, and whether there were more.
pub(super) fn tail(text: &str, columns: usize, rows: usize) -> (VecDeque<String>, bool) {
    let columns = columns.max(2);
    // No need to look at what is surely out of sight: a column takes a character or more.
    let bytes = columns.saturating_mul(rows).saturating_mul(4);
    let from = text.ceil_char_boundary(text.len().saturating_sub(bytes));
    let mut lines = VecDeque::new();
    let (mut line, mut used) = (String::new(), 0);
    for c in text.get(from..).unwrap_or_default().chars() {
        let shown = printable(c);
        let width = shown.width().unwrap_or(0);
        if c == '\n' || used + width > columns {
            lines.push_back(std::mem::take(&mut line));
            used = 0;
        }
        if c != '\n' {
            line.push(shown);
            used += width;
        }
    }
    if !line.is_empty() {
        lines.push_back(line);
    }
    let cut = from > 0 || lines.len() > rows;
    while lines.len() > rows {
        lines.pop_front();
    }
    (lines, cut)
}

/// The character, or a blank for one that would move the cursor.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// How many columns the text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}
