//! The one place where tool arguments that may end too early are read.

use std::fmt::Write;

use crate::value::Dynamic;

/// The value of a JSON text, in which control characters may stand bare.
pub(super) fn parse_json(text: &str) -> Option<Dynamic> {
    Dynamic::parse(text).ok().or_else(|| {
        let repaired = Repaired::of(text)?;
        if repaired.closers.is_empty() { Dynamic::parse(&repaired.text).ok() } else { None }
    })
}

/// The value of a JSON text that may be cut off: what is open at its end is closed, and what still cannot be
/// read is left off from the end. `None` if nothing can be read.
pub(super) fn parse_partial_args(text: &str) -> Option<Dynamic> {
    if let Ok(value) = Dynamic::parse(text) {
        return Some(value);
    }
    let repaired = Repaired::of(text)?;
    // What is closed stays the same for every cut, so that a cut can only succeed at a few places.
    let mut end = repaired.text.len();
    loop {
        let head = repaired.text.get(..end)?;
        if let Ok(value) = Dynamic::parse(&[head, &repaired.closers].concat()) {
            return Some(value);
        }
        end = head.char_indices().next_back()?.0;
    }
}

struct Repaired {
    text: String,
    closers: String,
}

impl Repaired {
    /// `None` if a bracket closes what was not open.
    fn of(text: &str) -> Option<Self> {
        let mut out = String::with_capacity(text.len() + 8);
        let mut open = Vec::new();
        let mut in_string = false;
        let mut escaped = false;
        for c in text.chars() {
            if in_string {
                match c {
                    '"' if !escaped => in_string = false,
                    c if c < ' ' && !escaped => {
                        // Line ends and the like may stand bare in what models write.
                        // Writing to a String cannot fail.
                        let _ = write!(out, "\\u{:04x}", u32::from(c));
                        continue;
                    }
                    '\\' => {
                        escaped = !escaped;
                        out.push(c);
                        continue;
                    }
                    _ => {}
                }
                escaped = false;
            } else {
                match c {
                    '"' => in_string = true,
                    '{' => open.push('}'),
                    '[' => open.push(']'),
                    '}' | ']' if open.pop() != Some(c) => return None,
                    _ => {}
                }
            }
            out.push(c);
        }
        if in_string {
            if escaped {
                out.pop();
            }
            out.push('"');
        }
        Some(Self { text: out, closers: open.into_iter().rev().collect() })
    }
}
