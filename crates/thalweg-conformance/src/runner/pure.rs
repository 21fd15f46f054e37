//! The format's functions without effects.

use serde_json::Value;
use thalweg_core::message::Message;
use thalweg_core::value::{Dynamic, List, Map};
use thalweg_core::{Error, Result};

use super::decode::decode;
use super::failure::{raise, raise_described, type_error};
use super::text::to_text;

/// A function of one value and its arguments.
pub(super) type Pure = fn(Dynamic, &Value) -> Result<Dynamic>;

/// The function of this name.
pub(super) fn pure(name: &str) -> Option<Pure> {
    Some(match name {
        "identity" => |x, _| Ok(x),
        "reverse" => |x, _| reverse(&x),
        "upper" => |x, _| Ok(to_text(&x)?.to_uppercase().into()),
        "lower" => |x, _| Ok(to_text(&x)?.to_lowercase().into()),
        "add_one" => |x, _| add(&x, &Dynamic::Int(1), "add_one"),
        "add" => |x, a| add(&x, &arg(a, "n"), "add"),
        "mul" => |x, a| mul(&x, &arg(a, "n")),
        "length" => |x, _| length(&x),
        "double" => |x, _| Ok(to_text(&x)?.repeat(2).into()),
        "text" => |x, _| Ok(to_text(&x)?.into()),
        "content" => |x, _| content(&x),
        "extract_field" => |x, a| {
            let key = text_arg(a, "key");
            x.get(&key).cloned().ok_or_else(|| raise("KeyError", key))
        },
        "get" => |x, a| Ok(x.get(&text_arg(a, "key")).cloned().unwrap_or_else(|| arg(a, "default"))),
        "extract_country_names" => |x, _| Ok(country_names(&x)),
        "raise_error" => |_, a| Err(raise_described(a)),
        "raise_if_contains" => |x, a| {
            if to_text(&x)?.contains(&text_arg(a, "text")) { Err(raise_described(a)) } else { Ok(x) }
        },
        "const" => |_, a| Ok(arg(a, "value")),
        "wrap" => |x, a| Ok(object(&text_arg(a, "key"), x)),
        "affix" => {
            |x, a| Ok(format!("{}{}{}", text_arg(a, "prefix"), to_text(&x)?, text_arg(a, "suffix")).into())
        }
        "to_dict" => |x, _| {
            let text = to_text(&x)?;
            let length = text.chars().count();
            let mut out = Map::new();
            out.insert("text", text);
            out.insert("length", length);
            Ok(out.into())
        },
        "repeat_list" => |x, a| {
            let n = usize::try_from(arg(a, "n").as_i64().unwrap_or(0)).unwrap_or(0);
            Ok(Dynamic::List(std::iter::repeat_n(x, n).collect()))
        },
        "split_words" => |x, _| {
            Ok(to_text(&x)?
                .split(' ')
                .filter(|word| !word.is_empty())
                .map(Dynamic::from)
                .collect::<Vec<_>>()
                .into())
        },
        "join" => |x, a| join(list(&x, "join")?.iter(), &text_arg(a, "sep")),
        "join_values" => |x, a| {
            let map = x.as_map().ok_or_else(|| type_error("join_values: need an object"))?;
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            join(entries.into_iter().map(|(_, value)| value), &text_arg(a, "sep"))
        },
        "sum" => |x, _| {
            list(&x, "sum")?
                .iter()
                .try_fold(Dynamic::Int(0), |sum, n| add_numbers(&sum, n).ok_or_else(unsupported))
        },
        "equals" => |x, a| Ok(equals(&x, &arg(a, "value")).into()),
        "contains" => |x, a| Ok(to_text(&x)?.contains(&text_arg(a, "text")).into()),
        "longer_than" => |x, a| {
            let n = arg(a, "n").as_i64().unwrap_or(0);
            Ok((i64::try_from(to_text(&x)?.chars().count()).unwrap_or(i64::MAX) > n).into())
        },
        "greater_than" => |x, a| {
            let n = number(&x).ok_or_else(|| type_error("greater_than: need a number"))?;
            Ok((n > number(&arg(a, "n")).unwrap_or(0.0)).into())
        },
        "has_key" => |x, a| Ok(x.get(&text_arg(a, "key")).is_some().into()),
        "format_docs" => |x, a| {
            let docs = list(&x, "format_docs")?;
            let sep = a.get("sep").and_then(Value::as_str).unwrap_or("\n\n");
            let texts: Result<Vec<_>> = docs
                .iter()
                .map(|doc| match doc {
                    Dynamic::Document(doc) => Ok(doc.page_content.to_string()),
                    _ => Err(framework("AttributeError")),
                })
                .collect();
            Ok(texts?.join(sep).into())
        },
        "to_human" => |x, _| Ok(vec![Message::human(to_text(&x)?)].into()),
        "tool_call" => |x, _| tool_call(&x),
        "content_and_artifact" => |x, a| Ok(vec![Dynamic::from(to_text(&x)?), arg(a, "artifact")].into()),
        _ => return None,
    })
}

/// An error that Python itself would raise.
pub(super) fn framework(class: &str) -> Error {
    Error::new(thalweg_core::ErrorKind::Application, "as Python would").with("class", class)
}

fn unsupported() -> Error {
    framework("TypeError")
}

pub(super) fn arg(args: &Value, key: &str) -> Dynamic {
    args.get(key).and_then(|value| decode(value).ok()).unwrap_or_default()
}

pub(super) fn text_arg(args: &Value, key: &str) -> String {
    args.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn object(key: &str, value: Dynamic) -> Dynamic {
    let mut map = Map::new();
    map.insert(key, value);
    map.into()
}

pub(super) fn reverse(x: &Dynamic) -> Result<Dynamic> {
    match x {
        Dynamic::Text(text) => Ok(text.chars().rev().collect::<String>().into()),
        Dynamic::List(list) => Ok(Dynamic::List(list.iter().rev().cloned().collect())),
        _ => Err(type_error("reverse: need text or a list")),
    }
}

fn list<'a>(x: &'a Dynamic, name: &str) -> Result<&'a List> {
    x.as_list().ok_or_else(|| type_error(format!("{name}: need a list")))
}

fn join<'a>(values: impl Iterator<Item = &'a Dynamic>, sep: &str) -> Result<Dynamic> {
    Ok(values.map(to_text).collect::<Result<Vec<_>>>()?.join(sep).into())
}

fn length(x: &Dynamic) -> Result<Dynamic> {
    Ok(match x {
        Dynamic::Text(text) => text.chars().count().into(),
        Dynamic::List(list) => list.len().into(),
        Dynamic::Map(map) => map.len().into(),
        _ => return Err(type_error("length: need text, a list or an object")),
    })
}

fn content(x: &Dynamic) -> Result<Dynamic> {
    match x {
        Dynamic::Message(message) => Ok(message.content().to_dynamic()),
        Dynamic::Chunk(chunk) => Ok(chunk.content().to_dynamic()),
        _ => Err(type_error("content: need a message")),
    }
}

fn country_names(x: &Dynamic) -> Dynamic {
    match x.get("countries") {
        Some(Dynamic::List(countries)) => Dynamic::List(
            countries
                .iter()
                .filter(|country| country.as_map().is_some())
                .map(|country| country.get("name").cloned().unwrap_or_default())
                .collect(),
        ),
        _ => Dynamic::from(""),
    }
}

fn tool_call(x: &Dynamic) -> Result<Dynamic> {
    let calls = match x {
        Dynamic::Message(message) => message.as_ai().map(|ai| ai.tool_calls.clone()),
        Dynamic::Chunk(chunk) => chunk.as_ai().map(|ai| ai.tool_calls().to_vec()),
        _ => None,
    };
    let calls = calls.ok_or_else(|| framework("AttributeError"))?;
    let call = calls.into_iter().next().ok_or_else(|| framework("IndexError"))?;
    let mut out = Map::new();
    out.insert("type", "tool_call");
    out.insert("name", call.name);
    out.insert("args", call.args);
    out.insert("id", call.id);
    Ok(out.into())
}

fn is_number(x: &Dynamic) -> bool {
    matches!(x, Dynamic::Int(_) | Dynamic::Float(_) | Dynamic::BigInt(_))
}

fn number(x: &Dynamic) -> Option<f64> {
    match x {
        Dynamic::Bool(b) => Some(f64::from(u8::from(*b))),
        other => other.as_f64(),
    }
}

fn add(x: &Dynamic, n: &Dynamic, name: &str) -> Result<Dynamic> {
    if !is_number(x) {
        return Err(type_error(format!("{name}: need a number")));
    }
    add_numbers(x, n).ok_or_else(unsupported)
}

/// Integers of any size.
fn integer(x: &Dynamic) -> Option<i128> {
    match x {
        Dynamic::Int(n) => Some((*n).into()),
        Dynamic::Bool(b) => Some((*b).into()),
        Dynamic::BigInt(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn from_integer(n: i128) -> Dynamic {
    i64::try_from(n).map_or_else(|_| Dynamic::BigInt(n.to_string().into()), Dynamic::Int)
}

fn add_numbers(a: &Dynamic, b: &Dynamic) -> Option<Dynamic> {
    match (integer(a), integer(b)) {
        (Some(a), Some(b)) => Some(from_integer(a.checked_add(b)?)),
        _ => Some(Dynamic::Float(number(a)? + number(b)?)),
    }
}

fn mul(x: &Dynamic, n: &Dynamic) -> Result<Dynamic> {
    if !is_number(x) {
        return Err(type_error("mul: need a number"));
    }
    match (integer(x), integer(n)) {
        (Some(a), Some(b)) => a.checked_mul(b).map(from_integer).ok_or_else(unsupported),
        _ => match (number(x), number(n)) {
            (Some(a), Some(b)) => Ok(Dynamic::Float(a * b)),
            _ => Err(unsupported()),
        },
    }
}

/// As Python compares: numbers by value, whatever their kind.
#[allow(clippy::float_cmp, reason = "Python compares exactly")]
pub(super) fn equals(a: &Dynamic, b: &Dynamic) -> bool {
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equals(a, b))
        }
        (Dynamic::Map(a), Dynamic::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| equals(value, other)))
        }
        _ => match (integer(a), integer(b)) {
            (Some(a), Some(b)) => a == b,
            _ => match (number(a), number(b)) {
                (Some(a), Some(b)) => a == b,
                _ => a == b,
            },
        },
    }
}
