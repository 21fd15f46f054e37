//! Texts in quotes, as Python's `repr` and `ascii` show them.

use std::fmt::Write;

use crate::value::Text;

/// Appends a text in single quotes (double ones if it has single ones and no double ones); what cannot be
/// printed is escaped.
pub(crate) fn quote(out: &mut String, text: &str) {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(mark);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == mark => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            c if c.is_ascii() || !is_printable(c) => escape(out, c),
            c => out.push(c),
        }
    }
    out.push(mark);
}

/// The text with everything that is not ASCII escaped.
pub(crate) fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() { out.push(c) } else { escape(&mut out, c) }
    }
    out
}

fn escape(out: &mut String, c: char) {
    let code = u32::from(c);
    // Writing to a string does not fail.
    let _ = match code {
        0..=0xff => write!(out, "\\x{code:02x}"),
        0x100..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Whether a character outside ASCII can be printed. The standard library keeps the table for this, by the same
/// rule as Python (no separators, controls, private or unassigned characters), and shows it in how a text is
/// escaped: but at a text's beginning combining characters are escaped too, so there is one more before it.
fn is_printable(c: char) -> bool {
    let text: Text = ['a', c].into_iter().collect();
    text.escape_debug().nth(2).is_none()
}
