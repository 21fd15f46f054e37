//! Values in Python's notation: what `str(value)` and `repr(value)` show there, and so what a value that is not
//! a text looks like in a prompt. Models read such texts, so they are kept as the field knows them.
//!
//! Knows the types of values, and nothing of templates, runs or events.

pub(crate) mod float;
mod json;
mod message;
pub(crate) mod quote;

use crate::document::Document;
use crate::prompt::PromptValue;
use crate::value::{Dynamic, Map};
pub(crate) use json::dump_json;
use message::{write_chunk_repr, write_chunk_str, write_message_repr, write_message_str};
use quote::quote;

/// Appends a value as `str()` shows it: a text as it is, `True`, `None`, `[1, 'a']`, `{'k': 'v'}`.
///
/// Messages, documents and prompt values are written as langchain-core's types show themselves; a value of a
/// user's own type as the data it serializes to, an error as its message.
pub(crate) fn write_str(out: &mut String, value: &Dynamic) {
    match value {
        Dynamic::Text(text) => out.push_str(text),
        Dynamic::Message(message) => write_message_str(out, message),
        Dynamic::Chunk(chunk) => write_chunk_str(out, chunk),
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
        Dynamic::Object(_) => write_str(out, &as_data(value)),
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
        Dynamic::Message(message) => write_message_repr(out, message),
        Dynamic::Chunk(chunk) => write_chunk_repr(out, chunk),
        Dynamic::Document(document) => write_document(out, document),
        Dynamic::Prompt(prompt) => {
            out.push_str(match **prompt {
                PromptValue::Plain(_) | PromptValue::Text { .. } => "StringPromptValue(",
                PromptValue::Messages { .. } => "ChatPromptValue(",
            });
            write_prompt(out, prompt);
            out.push(')');
        }
        Dynamic::Error(error) => quote(out, error.message()),
        Dynamic::Generation(_) | Dynamic::LlmResult(_) | Dynamic::Object(_) => {
            write_repr(out, &as_data(value));
        }
    }
}

/// A value as `repr()` shows it.
pub(crate) fn repr(value: &Dynamic) -> String {
    let mut out = String::new();
    write_repr(&mut out, value);
    out
}

/// Appends a floating-point number.
pub(crate) fn write_float(out: &mut String, x: f64) {
    if x.is_nan() {
        return out.push_str("nan");
    }
    if x.is_sign_negative() {
        out.push('-');
    }
    if x.is_infinite() {
        out.push_str("inf");
    } else {
        out.push_str(&float::shortest(x, true, false));
    }
}

/// The plain data that a value serializes to; its type's name if it does not.
fn as_data(value: &Dynamic) -> Dynamic {
    Dynamic::from_serialize(value).unwrap_or_else(|_| value.type_name().into())
}

fn write_list<T>(out: &mut String, values: impl Iterator<Item = T>, write: fn(&mut String, T)) {
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
        PromptValue::Plain(text) | PromptValue::Text { text } => {
            out.push_str("text=");
            quote(out, text);
        }
        PromptValue::Messages { messages } => {
            out.push_str("messages=");
            write_list(out, messages.iter(), write_message_repr);
        }
    }
}
