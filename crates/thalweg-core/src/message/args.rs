//! The one place where the arguments of tool calls are read.

use std::fmt::Write;

use crate::parse::json::parse_partial_json;
use crate::value::Dynamic;

/// The value of a JSON text that may be cut off; `None` if nothing of it can be read.
pub(super) fn parse_partial(text: &str) -> Option<Dynamic> {
    parse_partial_json(text)
}

/// The value of a JSON text, in which line ends and the like may stand bare in strings, as models write them.
pub(super) fn parse_whole(text: &str) -> Option<Dynamic> {
    Dynamic::parse(text).or_else(|_| Dynamic::parse(&with_escapes(text))).ok()
}

/// The text with the control characters in its strings escaped.
fn with_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string && c < ' ' {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
            continue;
        }
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
        out.push(c);
    }
    out
}
