//! JSON text into values and back, with integers of any size and documents deeper than `serde_json` takes by
//! default.
//!
//! The recorder reads and writes integers of any size; `serde_json::Value` holds 64 bits and would turn the
//! rest into floats, so that `1e30` and an integer of 31 digits were the same. Such an integer is held as the
//! object `{"$":"integer","digits":"…"}` instead. Imports nothing of this crate.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// How many lists and objects may stand inside each other.
///
/// Whoever reads a document that deep needs a stack for it; see [`crate::limit`].
pub const MAX_DEPTH: usize = 4096;

const BIG_OPEN: &str = r#"{"$":"integer","digits":""#;
const BIG_CLOSE: &str = r#""}"#;

/// Why a document can't be used.
///
/// ```
/// use thalweg_conformance::read::{ReadError, from_text};
///
/// assert!(matches!(from_text("{"), Err(ReadError::Json(_))));
/// assert!(matches!(from_text(&"[".repeat(5000)), Err(ReadError::TooDeep)));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The file can't be read, or is no UTF-8.
    Io(std::io::Error),
    /// The text is no JSON document.
    Json(serde_json::Error),
    /// More than [`MAX_DEPTH`] lists and objects inside each other.
    TooDeep,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "can't be read: {error}"),
            Self::Json(error) => write!(f, "no JSON document: {error}"),
            Self::TooDeep => write!(f, "nested more than {MAX_DEPTH} deep"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Json(error) => Some(error),
            Self::TooDeep => None,
        }
    }
}

/// Reads a file as one JSON document.
///
/// # Errors
/// The file can't be read, is no JSON document, or is nested too deep.
pub fn from_file(path: &Path) -> Result<Value, ReadError> {
    let text = std::fs::read_to_string(path).map_err(ReadError::Io)?;
    from_text(&text)
}

/// Reads text as one JSON document. Integers beyond 64 bits become `{"$":"integer","digits":"…"}`.
///
/// # Errors
/// The text is no JSON document, or is nested too deep.
///
/// ```
/// use thalweg_conformance::read::{from_text, to_text};
///
/// let value = from_text("[18446744073709551616, -0, 1.0]").unwrap();
/// assert_eq!(value[0]["digits"], "18446744073709551616");
/// assert_eq!(to_text(&value), "[18446744073709551616,0,1.0]");
/// ```
pub fn from_text(text: &str) -> Result<Value, ReadError> {
    let text = hold_big_integers(text)?;
    let mut reader = serde_json::Deserializer::from_str(&text);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader).map_err(ReadError::Json)?;
    reader.end().map_err(ReadError::Json)?;
    Ok(value)
}

/// Writes a value as one line of JSON, with the integers that [`from_text`] held as objects in their plain
/// form.
#[must_use]
pub fn to_text(value: &Value) -> String {
    let text = value.to_string();
    // Inside a text value the quotes would be escaped, so what is found here is always such an object.
    if !text.contains(BIG_OPEN) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(BIG_OPEN) {
        out.push_str(before);
        match after.split_once(BIG_CLOSE) {
            Some((digits, tail)) if is_integer(digits) => {
                out.push_str(digits);
                rest = tail;
            }
            _ => {
                out.push_str(BIG_OPEN);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether the object stands for an integer beyond 64 bits.
pub(crate) fn is_held_integer(map: &Map<String, Value>) -> bool {
    map.get("$").and_then(Value::as_str) == Some("integer") && map.contains_key("digits")
}

/// One pass over the text that replaces what `serde_json` would read differently, and that measures the
/// depth.
fn hold_big_integers(text: &str) -> Result<Cow<'_, str>, ReadError> {
    let mut out = String::new();
    let mut copied = 0;
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => in_text = !in_text,
            b'\\' if in_text => {
                bytes.next();
            }
            _ if in_text => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ReadError::TooDeep);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'-' | b'0'..=b'9' => {
                let mut end = at + 1;
                while bytes
                    .next_if(|(_, b)| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
                    .is_some()
                {
                    end += 1;
                }
                // Both ends stand beside ASCII characters, so the slice exists.
                let literal = text.get(at..end).unwrap_or_default();
                if let Some(held) = held_integer(literal) {
                    out.push_str(text.get(copied..at).unwrap_or_default());
                    out.push_str(&held);
                    copied = end;
                }
            }
            _ => {}
        }
    }
    if copied == 0 {
        return Ok(Cow::Borrowed(text));
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Ok(Cow::Owned(out))
}

/// What stands for the literal, if it is not what `serde_json` reads by itself.
fn held_integer(literal: &str) -> Option<String> {
    if literal == "-0" {
        // An integer for the recorder, a float for serde_json.
        return Some("0".to_owned());
    }
    let big = is_integer(literal) && literal.parse::<u64>().is_err() && literal.parse::<i64>().is_err();
    big.then(|| format!("{BIG_OPEN}{literal}{BIG_CLOSE}"))
}

/// Whether the text is an integer as JSON writes it, other than zero.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}
