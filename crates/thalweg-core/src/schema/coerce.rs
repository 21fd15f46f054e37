//! How values are made to fit: the conversions that pydantic makes where it is not strict.

use super::{Record, Schema, Type};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, Map, Text};

impl Schema {
    /// The object that `value` stands for: its fields, converted where needed, and the defaults of those that are
    /// missing. Fields that the schema does not have are left out.
    ///
    /// # Errors
    /// [`ErrorKind::Validation`] with everything that does not fit.
    pub fn check(&self, value: &Dynamic) -> Result<Record> {
        let mut problems = Vec::new();
        let record = self.record(value, &mut Path::default(), &mut problems);
        match record.filter(|_| problems.is_empty()) {
            Some(record) => Ok(record),
            None => Err(self.error(&problems)),
        }
    }

    fn error(&self, problems: &[String]) -> Error {
        let name = if self.name().is_empty() { "the value" } else { self.name() };
        Error::new(ErrorKind::Validation, format!("{name} does not fit: {}", problems.join("; ")))
    }

    fn record(&self, value: &Dynamic, path: &mut Path, problems: &mut Vec<String>) -> Option<Record> {
        let given = match (value, Record::of(value)) {
            // An object of the schema fits already.
            (_, Some(record)) if record.schema() == self.name() => return Some(record.clone()),
            (Dynamic::Map(map), None) => map,
            _ => return path.misfit(problems, "an object", value),
        };
        let mut fields = Map::new();
        let mut fits = true;
        for field in self.fields() {
            let value = match (given.get(&field.name), &field.default) {
                (Some(value), _) => {
                    path.0.push(field.name.clone());
                    let value = fit(&field.kind, value, path, problems);
                    path.0.pop();
                    value
                }
                (None, Some(default)) => Some(default.clone()),
                (None, None) => {
                    problems.push(format!("`{}` is missing", path.of(&field.name)));
                    None
                }
            };
            match value {
                Some(value) => drop(fields.insert(field.name.clone(), value)),
                None => fits = false,
            }
        }
        fits.then(|| Record::new(self.name().clone(), fields))
    }
}

/// The value as one of the type; `None` if it is none, and then there are problems.
fn fit(kind: &Type, value: &Dynamic, path: &mut Path, problems: &mut Vec<String>) -> Option<Dynamic> {
    match (kind, value) {
        (Type::Any, any) => Some(any.clone()),
        (Type::Str, Dynamic::Text(_)) | (Type::Dict, Dynamic::Map(_)) => Some(value.clone()),
        (Type::Str, _) => path.misfit(problems, "a text", value),
        (Type::Dict, _) => path.misfit(problems, "an object", value),
        (Type::Int, _) => int(value).or_else(|| path.misfit(problems, "an integer", value)),
        (Type::Float, _) => float(value).or_else(|| path.misfit(problems, "a number", value)),
        (Type::Bool, _) => {
            bool(value).map(Dynamic::Bool).or_else(|| path.misfit(problems, "a truth value", value))
        }
        (Type::List(element), Dynamic::List(list)) => {
            let mut all = Some(Vec::with_capacity(list.len()));
            for (i, value) in list.iter().enumerate() {
                path.0.push(Text::from(i.to_string()));
                match (fit(element, value, path, problems), &mut all) {
                    (Some(value), Some(all)) => all.push(value),
                    _ => all = None,
                }
                path.0.pop();
            }
            all.map(|all| Dynamic::List(all.into()))
        }
        (Type::List(_), _) => path.misfit(problems, "a list", value),
        (Type::Optional(_), Dynamic::Null) => Some(Dynamic::Null),
        (Type::Optional(kind), _) => fit(kind, value, path, problems),
        (Type::Object(schema), _) => schema.record(value, path, problems).map(Dynamic::from),
    }
}

/// Where a value stands.
#[derive(Default)]
struct Path(Vec<Text>);

impl Path {
    fn of(&self, name: &str) -> String {
        self.0.iter().map(Text::as_str).chain([name]).collect::<Vec<_>>().join(".")
    }

    fn misfit<T>(&self, problems: &mut Vec<String>, expected: &str, got: &Dynamic) -> Option<T> {
        let at = match self.0.join(".") {
            at if at.is_empty() => String::new(),
            at => format!("`{at}`: "),
        };
        problems.push(format!("{at}{expected} is needed, not {}", got.type_name()));
        None
    }
}

fn int(value: &Dynamic) -> Option<Dynamic> {
    match value {
        Dynamic::Int(_) | Dynamic::BigInt(_) => Some(value.clone()),
        Dynamic::Bool(b) => Some(Dynamic::Int(i64::from(*b))),
        Dynamic::Float(n) => whole(*n).map(Dynamic::Int),
        Dynamic::Text(text) => int_of_text(text),
        _ => None,
    }
}

/// A float without fraction as an integer of 64 bits. As in pydantic the least of these has no float.
#[allow(clippy::cast_possible_truncation, reason = "the bounds are checked before")]
fn whole(n: f64) -> Option<i64> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    (n.fract() == 0.0 && n.abs() < BOUND).then_some(n as i64)
}

/// Digits with a sign, single underscores between them, and zeros after a point.
fn int_of_text(text: &str) -> Option<Dynamic> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let digits = match digits.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return None,
        None => digits,
    };
    let digits = without_underscores(digits)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = match digits.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let signed = if negative && digits != "0" { format!("-{digits}") } else { digits.to_owned() };
    Some(signed.parse().map_or_else(|_| Dynamic::BigInt(signed.into()), Dynamic::Int))
}

/// The text without the underscores between its digits; `None` if one stands elsewhere.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let placed =
        |(at, byte): (usize, &u8)| *byte != b'_' || (digit(at.checked_sub(1)) && digit(Some(at + 1)));
    bytes.iter().enumerate().all(placed).then(|| text.replace('_', ""))
}

fn float(value: &Dynamic) -> Option<Dynamic> {
    match value {
        Dynamic::Float(_) => Some(value.clone()),
        Dynamic::Int(_) | Dynamic::BigInt(_) => value.as_f64().map(Dynamic::Float),
        Dynamic::Bool(b) => Some(Dynamic::Float(f64::from(u8::from(*b)))),
        Dynamic::Text(text) => float_of_text(text.trim()),
        _ => None,
    }
}

/// Other than in integers, an underscore may stand anywhere within.
fn float_of_text(text: &str) -> Option<Dynamic> {
    if text.starts_with('_') || text.ends_with('_') || text.contains("__") {
        return None;
    }
    text.replace('_', "").parse().ok().map(Dynamic::Float)
}

#[allow(clippy::float_cmp, reason = "only the exact numbers count")]
fn bool(value: &Dynamic) -> Option<bool> {
    match value {
        Dynamic::Bool(b) => Some(*b),
        Dynamic::Int(0) => Some(false),
        Dynamic::Int(1) => Some(true),
        Dynamic::Float(n) if *n == 0.0 => Some(false),
        Dynamic::Float(n) if *n == 1.0 => Some(true),
        Dynamic::Text(text) => match text.to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
