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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_by_columns() {
        assert_eq!(clip("river", 5), "river");
        assert_eq!(clip("rivers", 5), "rive…");
        // Each of these takes two columns.
        assert_eq!(clip("河川河川", 5), "河川…");
        assert_eq!(clip("a\x1b[2Jb\n", 80), "a [2Jb ");
        assert_eq!(clip("river", 0), "");
    }

    #[test]
    fn gives_the_last_rows() {
        let rows = |text, columns, most| {
            let (rows, cut) = tail(text, columns, most);
            (Vec::from(rows), cut)
        };
        assert_eq!(rows("one two\nthree", 4, 2), (vec!["thre".into(), "e".into()], true));
        assert_eq!(
            rows("one\n\ntwo", 9, usize::MAX),
            (vec!["one".into(), String::new(), "two".into()], false)
        );
        assert_eq!(rows("", 9, 2), (vec![], false));
    }

    #[test]
    fn looks_at_the_end_of_a_long_text_alone() {
        let (rows, cut) = tail(&"é".repeat(100_000), 10, 2);
        assert!(cut && rows.iter().all(|row| width(row) <= 10));
    }
}
