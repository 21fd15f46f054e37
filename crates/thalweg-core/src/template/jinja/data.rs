//! Values as Jinja templates see them, and how they are written.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value, ValueKind};
use minijinja::{Error, Output, State, escape_formatter};

use crate::python::quote::quote;
use crate::python::{write_float, write_repr, write_str};
use crate::value::{Dynamic, Map};

/// How deeply values nest at most when they are written.
const DEEPEST: usize = 100;

/// A list, or anything with entries, inside a template; nothing is converted before it is looked at.
struct Data {
    /// The value, as it is written.
    shown: Dynamic,
    /// The list or object that is looked into.
    entries: Dynamic,
}

/// The object of all variables.
pub(super) fn variables(vars: &Map) -> Value {
    convert(&Dynamic::Map(vars.clone()))
}

fn convert(value: &Dynamic) -> Value {
    match value {
        Dynamic::Null => Value::from(()),
        Dynamic::Bool(b) => Value::from(*b),
        Dynamic::Int(n) => Value::from(*n),
        Dynamic::BigInt(digits) => match (digits.parse::<i128>(), digits.parse::<f64>()) {
            (Ok(n), _) => Value::from(n),
            (_, Ok(x)) => Value::from(x),
            _ => Value::from(digits.as_str()),
        },
        Dynamic::Float(x) => Value::from(*x),
        Dynamic::Text(text) => Value::from(text.as_str()),
        Dynamic::List(_) | Dynamic::Map(_) => {
            Value::from_object(Data { shown: value.clone(), entries: value.clone() })
        }
        // Messages, documents and the like show their fields.
        other => {
            let entries = Dynamic::from_serialize(other).unwrap_or_default();
            Value::from_object(Data { shown: other.clone(), entries })
        }
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

impl Object for Data {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.entries.as_list().is_some() { ObjectRepr::Seq } else { ObjectRepr::Map }
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match (&self.entries, key.as_str()) {
            (Dynamic::Map(map), Some(key)) => map.get(key).map(convert),
            (Dynamic::List(list), None) => list.get(key.as_usize()?).map(convert),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.entries {
            Dynamic::List(list) => Enumerator::Seq(list.len()),
            Dynamic::Map(map) => {
                let entries = map.clone().into_iter();
                Enumerator::RevKeyValueIter(Box::new(
                    entries.map(|(key, value)| (Value::from(key.as_str()), convert(&value))),
                ))
            }
            _ => Enumerator::Empty,
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        match &self.entries {
            Dynamic::List(list) => Some(list.len()),
            Dynamic::Map(map) => Some(map.len()),
            _ => None,
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write_str(&mut text, &self.shown);
        f.write_str(&text)
    }
}

/// Writes the value of an expression.
pub(super) fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Undefined | ValueKind::String | ValueKind::Invalid => escape_formatter(out, state, value),
        _ => {
            let mut text = String::new();
            write_python(&mut text, value, false, 0)?;
            out.write_str(&text).map_err(Error::from)
        }
    }
}

fn write_python(out: &mut String, value: &Value, quoted: bool, depth: usize) -> Result<(), Error> {
    if let Some(data) = value.downcast_object_ref::<Data>() {
        if quoted {
            write_repr(out, &data.shown);
        } else {
            write_str(out, &data.shown);
        }
        return Ok(());
    }
    match value.kind() {
        _ if depth > DEEPEST => out.push('…'),
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::None => out.push_str("None"),
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::Number if !value.is_integer() => write_float(out, f64::try_from(value.clone())?),
        ValueKind::String if quoted => quote(out, value.as_str().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Iterable => {
            let tuple = value.is_tuple();
            out.push(if tuple { '(' } else { '[' });
            let mut count = 0;
            for element in value.try_iter()? {
                if count > 0 {
                    out.push_str(", ");
                }
                write_python(out, &element, true, depth + 1)?;
                count += 1;
            }
            out.push_str(match (tuple, count) {
                (true, 1) => ",)",
                (true, _) => ")",
                _ => "]",
            });
        }
        ValueKind::Map => {
            out.push('{');
            for (i, key) in value.try_iter()?.enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_python(out, &key, true, depth + 1)?;
                out.push_str(": ");
                write_python(out, &value.get_item(&key)?, true, depth + 1)?;
            }
            out.push('}');
        }
        _ => out.push_str(&value.to_string()),
    }
    Ok(())
}
