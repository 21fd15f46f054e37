//! Values in Python's notation: what `str(value)` and `repr(value)` show there, and so what a value that is not
//! a text looks like in a template.

use super::float;
use super::quote::quote;
use crate::document::Document;
use crate::prompt::PromptValue;
use crate::value::{Dynamic, Map};

/// Appends a value as `str()` shows it: a text as it is, `True`, `None`, `[1, 'a']`, `{'k': 'v'}`.
///
/// Messages, documents and prompt values are written as langchain-core's types show themselves; a value of a
/// user's own type as the data it serializes to, an error as its message.
pub(crate) fn write_str(out: &mut String, value: &Dynamic) {
    match value {
        Dynamic::Text(text) => out.push_str(text),
        Dynamic::Document(document) => {
            out.push_str("page_content='");
            out.push_str(&document.page_content);
            out.push('\'');
            if !document.metadata.is_empty() {
                out.push_str(" metadata=");
                write_map(out, &document.metadata);
            }
        }
        Dynamic::Prompt(prompt) => write_prompt(out, prompt),
        Dynamic::Error(error) => out.push_str(error.message()),
        other => write_repr(out, other),
    }
}

/// Appends a value as `repr()` shows it: like [`write_str`], but texts in quotes.
pub(crate) fn write_repr(out: &mut String, value: &Dynamic) {
    match value {
        Dynamic::Null => out.push_str("None"),
        Dynamic::Bool(true) => out.push_str("True"),
        Dynamic::Bool(false) => out.push_str("False"),
        Dynamic::Int(n) => out.push_str(&n.to_string()),
        Dynamic::BigInt(digits) => out.push_str(digits),
        Dynamic::Float(x) => write_float(out, *x),
        Dynamic::Text(text) => quote(out, text),
        Dynamic::List(list) => write_list(out, list.iter(), write_repr),
        Dynamic::Map(map) => write_map(out, map),
        Dynamic::Document(document) => write_document(out, document),
        Dynamic::Prompt(prompt) => {
            let name = match **prompt {
                PromptValue::Text { .. } => "StringPromptValue(",
                PromptValue::Messages { .. } => "ChatPromptValue(",
            };
            out.push_str(name);
            write_prompt(out, prompt);
            out.push(')');
        }
        Dynamic::Error(error) => quote(out, error.message()),
        // What is left has no notation in Python that anyone would look for: it is shown as the data it is.
        other => match Dynamic::from_serialize(other) {
            Ok(Dynamic::Message(_) | Dynamic::Object(_)) | Err(_) => out.push_str(other.type_name()),
            Ok(data) => write_repr(out, &data),
        },
    }
}

/// Appends a floating-point number as Python shows it.
pub(crate) fn write_float(out: &mut String, x: f64) {
    if x.is_nan() {
        return out.push_str("nan");
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    if x.is_infinite() { out.push_str("inf") } else { out.push_str(&float::shortest(x, true, false)) }
}

/// Appends the elements in brackets.
pub(crate) fn write_list<T>(out: &mut String, values: impl Iterator<Item = T>, write: fn(&mut String, T)) {
    out.push('[');
    for (i, value) in values.enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(out, value);
    }
    out.push(']');
}

fn write_map(out: &mut String, map: &Map) {
    out.push('{');
    for (i, (key, value)) in map.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        quote(out, key);
        out.push_str(": ");
        write_repr(out, value);
    }
    out.push('}');
}

fn write_document(out: &mut String, document: &Document) {
    out.push_str("Document(");
    if let Some(id) = &document.id {
        out.push_str("id=");
        quote(out, id);
        out.push_str(", ");
    }
    out.push_str("metadata=");
    write_map(out, &document.metadata);
    out.push_str(", page_content=");
    quote(out, &document.page_content);
    out.push(')');
}

fn write_prompt(out: &mut String, prompt: &PromptValue) {
    match prompt {
        PromptValue::Text { text } => {
            out.push_str("text=");
            quote(out, text);
        }
        PromptValue::Messages { messages } => {
            out.push_str("messages=");
            write_list(out, messages.iter(), |out, message| {
                write_repr(out, &Dynamic::from(message.clone()));
            });
        }
    }
}
