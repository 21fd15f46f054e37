//! JSON in Python's notation, as `json.dumps` writes it.

use std::fmt::Write;

use super::write_float;
use crate::value::Dynamic;

/// JSON with a space after each comma and colon; with `ascii`, everything else is escaped.
pub(crate) fn dump_json(value: &Dynamic, ascii: bool) -> String {
    let mut out = String::new();
    write_json(&mut out, value, ascii);
    out
}

fn write_json(out: &mut String, value: &Dynamic, ascii: bool) {
    match value {
        Dynamic::Float(n) if n.is_nan() => out.push_str("NaN"),
        Dynamic::Float(n) if n.is_infinite() => out.push_str(if *n > 0.0 { "Infinity" } else { "-Infinity" }),
        Dynamic::Float(n) => write_float(out, *n),
        Dynamic::Text(text) => write_json_text(out, text, ascii),
        Dynamic::List(list) => {
            out.push('[');
            for (i, element) in list.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                write_json(out, element, ascii);
            }
            out.push(']');
        }
        Dynamic::Map(map) => {
            out.push('{');
            for (i, (key, element)) in map.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                write_json_text(out, key, ascii);
                out.push_str(": ");
                write_json(out, element, ascii);
            }
            out.push('}');
        }
        Dynamic::BigInt(digits) => out.push_str(digits),
        other => out.push_str(&other.to_string()),
    }
}

fn write_json_text(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' || (ascii && c > '~') => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
