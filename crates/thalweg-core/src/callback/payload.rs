//! [`Payload`]: what may be the data of a custom event.

use std::any::Any;
use std::fmt::Debug;

use serde::Serialize;
use serde_json::Value as Json;

use crate::value::{Dynamic, List, Map, Text};

/// What may be the data of a custom event: anything that serializes. It becomes a [`Dynamic`] only if somebody hears
/// the event: texts, numbers, JSON and the field's own values as such, other types as an object that serializes when
/// somebody asks.
///
/// ```
/// use thalweg_core::callback::Payload;
/// use thalweg_core::value::Dynamic;
///
/// assert_eq!(5.into_payload(), Dynamic::Int(5));
/// assert_eq!(serde_json::json!({"x": [true]}).into_payload().to_string(), r#"{"x":[true]}"#);
/// ```
pub trait Payload: Serialize + Debug + Send + Sync + 'static {
    /// The value that handlers get.
    fn into_payload(self) -> Dynamic;
}

impl<T: Serialize + Debug + Send + Sync + 'static> Payload for T {
    fn into_payload(self) -> Dynamic {
        let mut slot = Some(self);
        plain(&mut slot).or_else(|| slot.map(Dynamic::object)).unwrap_or_default()
    }
}

/// The value in a slot, if it is of a type that has a value of its own. Which one, the compiler finds out.
#[inline]
fn plain<S: 'static>(slot: &mut Option<S>) -> Option<Dynamic> {
    #[inline]
    fn take<T: Into<Dynamic> + 'static>(slot: &mut (impl Any + Sized)) -> Option<Dynamic> {
        (slot as &mut dyn Any).downcast_mut::<Option<T>>()?.take().map(Into::into)
    }
    take::<Dynamic>(slot)
        .or_else(|| take::<Map>(slot))
        .or_else(|| take::<String>(slot))
        .or_else(|| take::<&'static str>(slot))
        .or_else(|| take::<Text>(slot))
        .or_else(|| take::<i32>(slot))
        .or_else(|| take::<i64>(slot))
        .or_else(|| take::<u32>(slot))
        .or_else(|| take::<u64>(slot))
        .or_else(|| take::<usize>(slot))
        .or_else(|| take::<f64>(slot))
        .or_else(|| take::<bool>(slot))
        .or_else(|| take::<()>(slot))
        .or_else(|| take::<List>(slot))
        .or_else(|| take::<Vec<String>>(slot))
        .or_else(|| take::<Vec<Dynamic>>(slot))
        .or_else(|| take::<crate::message::Message>(slot))
        .or_else(|| take::<crate::message::MessageChunk>(slot))
        .or_else(|| take::<crate::document::Document>(slot))
        .or_else(|| take::<Vec<crate::document::Document>>(slot))
        .or_else(|| take::<crate::prompt::PromptValue>(slot))
        .or_else(|| take::<crate::error::Error>(slot))
        .or_else(|| (slot as &mut dyn Any).downcast_mut::<Option<Json>>()?.take().map(json))
}

fn json(value: Json) -> Dynamic {
    match value {
        Json::Null => Dynamic::Null,
        Json::Bool(b) => Dynamic::Bool(b),
        Json::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => Dynamic::Int(n),
            (None, Some(n)) => Dynamic::from(n),
            (None, None) => n.as_f64().map_or(Dynamic::Null, Dynamic::Float),
        },
        Json::String(text) => Dynamic::from(text),
        Json::Array(values) => Dynamic::List(values.into_iter().map(json).collect()),
        Json::Object(entries) => {
            Dynamic::Map(entries.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}
