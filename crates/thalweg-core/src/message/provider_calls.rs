//! Tool calls in the form of a provider, where a message has no others.
//!
//! Some providers' answers are kept with their tool calls only in `additional_kwargs`, as objects with a
//! `function` of `name` and `arguments`.

use super::{InvalidToolCall, ToolCall, ToolCallChunk};
use crate::value::{Dynamic, Map, Text};

/// The whole calls, and those whose arguments are no JSON object; `None` if there are none or one of them is
/// not of that form.
pub(super) fn whole(kwargs: &Map) -> Option<(Vec<ToolCall>, Vec<InvalidToolCall>)> {
    let mut calls = Vec::new();
    let mut invalid = Vec::new();
    for raw in kwargs.get("tool_calls")?.as_list()?.iter() {
        let Some(function) = raw.get("function") else { continue };
        let name = check_text(function.get("name")?)?.as_str().map(Text::from);
        let arguments = Text::from(function.get("arguments")?.as_str()?);
        let id = raw.get("id").and_then(Dynamic::as_str).map(Text::from);
        match Dynamic::parse(&arguments) {
            Ok(Dynamic::Map(args)) => calls.push(ToolCall { name: name.unwrap_or_default(), args, id }),
            Ok(args) if is_falsy(&args) => {
                calls.push(ToolCall { name: name.unwrap_or_default(), args: Map::new(), id });
            }
            _ => invalid.push(InvalidToolCall { name, args: Some(arguments), id, error: None }),
        }
    }
    Some((calls, invalid))
}

/// The pieces of calls; `None` as in [`whole`].
pub(super) fn pieces(kwargs: &Map) -> Option<Vec<ToolCallChunk>> {
    let list = kwargs.get("tool_calls")?.as_list()?;
    let piece = |raw: &Dynamic| {
        let (name, args) = match raw.get("function") {
            Some(function) => (
                check_text(function.get("name")?)?.as_str().map(Text::from),
                check_text(function.get("arguments")?)?.as_str().map(Text::from),
            ),
            None => (None, None),
        };
        let id = raw.get("id").and_then(Dynamic::as_str).map(Text::from);
        Some(ToolCallChunk { name, args, id, index: raw.get("index").and_then(Dynamic::as_i64) })
    };
    list.iter().map(piece).collect()
}

/// A text or `null`, where nothing else may be.
fn check_text(value: &Dynamic) -> Option<&Dynamic> {
    matches!(value, Dynamic::Null | Dynamic::Text(_)).then_some(value)
}

/// Nothing, zero, or empty: what stands for no arguments.
fn is_falsy(value: &Dynamic) -> bool {
    match value {
        Dynamic::Null | Dynamic::Bool(false) | Dynamic::Int(0) => true,
        Dynamic::Float(n) => *n == 0.0,
        Dynamic::Text(text) => text.is_empty(),
        Dynamic::List(list) => list.is_empty(),
        _ => false,
    }
}
