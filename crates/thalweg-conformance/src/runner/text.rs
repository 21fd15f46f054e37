//! The text of a value, as many of the format's functions use it.

use thalweg_core::Result;
use thalweg_core::value::Dynamic;

use super::pure::framework;

/// The text of a value. What stands for no JSON inside of another value has none.
pub(super) fn to_text(value: &Dynamic) -> Result<String> {
    Ok(match value {
        Dynamic::Text(text) => text.to_string(),
        Dynamic::Message(message) => to_text(&message.content().to_dynamic())?,
        Dynamic::Chunk(chunk) => to_text(&chunk.content().to_dynamic())?,
        Dynamic::Document(document) => document.page_content.to_string(),
        Dynamic::Prompt(prompt) => prompt.to_text().to_string(),
        other => {
            let mut out = String::new();
            write_json(other, &mut out)?;
            out
        }
    })
}

/// Compact JSON with sorted keys.
fn write_json(value: &Dynamic, out: &mut String) -> Result<()> {
    match value {
        Dynamic::Message(_) | Dynamic::Chunk(_) | Dynamic::Document(_) => quote(&to_text(value)?, out),
        Dynamic::Prompt(_) | Dynamic::Error(_) | Dynamic::Generation(_) | Dynamic::LlmResult(_) => {
            return Err(framework("TypeError"));
        }
        Dynamic::Text(text) => quote(text, out),
        Dynamic::List(list) => {
            out.push('[');
            for (i, item) in list.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Dynamic::Map(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                quote(key, out);
                out.push(':');
                write_json(item, out)?;
            }
            out.push('}');
        }
        Dynamic::BigInt(digits) => out.push_str(digits),
        Dynamic::Float(n) => out.push_str(&python_float(*n)),
        other => out.push_str(&serde_json::to_string(other).unwrap_or_default()),
    }
    Ok(())
}

/// A text as Python's JSON writes it with raw Unicode.
fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// A floating-point number in Python's notation.
pub(super) fn python_float(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let plain = format!("{n:?}");
    match plain.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, digits_of) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
            let digits = digits.strip_suffix(".0").unwrap_or(digits);
            format!("{digits}e{sign}{digits_of:0>2}")
        }
        None => plain,
    }
}

/// Cuts before every space: `a b  c` gives `a`, ` b`, ` `, ` c`.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in text.chars() {
        match words.last_mut() {
            Some(last) if c != ' ' => last.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words
}
