//! The messages in what is asked and answered. They are shared, not copied.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::message::{Message, MessageChunk};
use crate::value::{Dynamic, Text};

/// The messages of an input: what stands at `key` if it is an object; a text is what a person says.
pub(super) fn input_messages(input: &Dynamic, key: Option<&Text>) -> Result<Vec<Arc<Message>>> {
    match entry(input, key, "input")? {
        Dynamic::Text(text) => Ok(vec![Arc::new(Message::human(text.clone()))]),
        // A batch of one, as models take it.
        Dynamic::List(list) if matches!(list.get(0), Some(Dynamic::List(_))) && list.len() == 1 => {
            list.get(0).map_or(Ok(Vec::new()), messages)
        }
        other => messages(other),
    }
}

/// The messages of an output: what stands at `key` if it is an object; a text is what a model says.
pub(super) fn output_messages(output: &Dynamic, key: Option<&Text>) -> Result<Vec<Arc<Message>>> {
    match entry(output, key, "output")? {
        Dynamic::Text(text) => Ok(vec![Arc::new(Message::ai(text.clone()))]),
        other => messages(other),
    }
}

/// The chunk that an output is, if it is one.
pub(super) fn streamed(output: &Dynamic, key: Option<&Text>) -> Option<MessageChunk> {
    match entry(output, key, "output") {
        Ok(Dynamic::Chunk(chunk)) => Some((**chunk).clone()),
        _ => None,
    }
}

/// What stands in an object at `key`, or at its only key, or at `usual`; anything else is taken as it is.
fn entry<'a>(value: &'a Dynamic, key: Option<&Text>, usual: &str) -> Result<&'a Dynamic> {
    let Dynamic::Map(map) = value else { return Ok(value) };
    let key = match (key, map.len()) {
        (Some(key), _) => key.as_str(),
        (None, 1) => map.keys().next().map_or(usual, Text::as_str),
        (None, _) => usual,
    };
    map.get(key).ok_or_else(|| {
        Error::input_type("a message history", "an object with the key of the messages", "one without it")
            .with("key", key)
    })
}

fn messages(value: &Dynamic) -> Result<Vec<Arc<Message>>> {
    match value {
        Dynamic::List(list) => list.iter().map(message).collect(),
        Dynamic::Prompt(prompt) => Ok(prompt.to_messages().into_iter().map(Arc::new).collect()),
        other => Ok(vec![message(other)?]),
    }
}

fn message(value: &Dynamic) -> Result<Arc<Message>> {
    match value {
        Dynamic::Message(message) => Ok(Arc::clone(message)),
        Dynamic::Chunk(chunk) => Ok(Arc::new((**chunk).clone().into_message())),
        other => Err(Error::input_type("a message history", "a text or messages", other.type_name())),
    }
}
