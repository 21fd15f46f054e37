//! [`ToolInput`]: what a tool is called with.

use super::runnable::Tool;
use crate::error::{Error, ErrorKind, Result};
use crate::message::ToolCall;
use crate::value::{Dynamic, Map, Text, Value};

/// A value that a tool takes: its arguments, the only argument as a text, or the call of a model.
#[diagnostic::on_unimplemented(
    message = "a tool cannot take `{Self}`",
    note = "a tool takes its arguments as a `Map`, a text if it has one argument, or a `ToolCall` of a model"
)]
pub trait ToolInput: Value {
    /// The call that this stands for.
    fn into_given(self) -> Given;
}

/// What a tool is given.
#[derive(Clone, Debug)]
pub struct Given {
    pub(super) args: Dynamic,
    /// The id of the model's call, which the answer refers to.
    pub(super) id: Option<Text>,
}

impl From<Dynamic> for Given {
    fn from(args: Dynamic) -> Self {
        Self { args, id: None }
    }
}

impl ToolInput for String {
    fn into_given(self) -> Given {
        Dynamic::from(self).into()
    }
}

impl ToolInput for Text {
    fn into_given(self) -> Given {
        Dynamic::from(self).into()
    }
}

impl ToolInput for Map {
    fn into_given(self) -> Given {
        Dynamic::from(self).into_given()
    }
}

impl ToolInput for ToolCall {
    fn into_given(self) -> Given {
        Given { args: self.args.into(), id: self.id }
    }
}

/// A text, an object of arguments, or an object that is a tool call, as its `type` says.
impl ToolInput for Dynamic {
    fn into_given(self) -> Given {
        let call = self.as_map().filter(|map| map.get("type").and_then(Self::as_str) == Some("tool_call"));
        match call {
            None => self.into(),
            Some(call) => Given {
                args: call.get("args").cloned().unwrap_or_else(|| Map::new().into()),
                id: call.get("id").and_then(Self::as_str).map(Text::from),
            },
        }
    }
}

impl Tool {
    /// The arguments for the function. A text stands for the first argument; langchain-core checks it, and then hands it
    /// on as it was.
    pub(super) fn arguments(&self, args: &Dynamic, compat: bool) -> Result<Map> {
        let schema = self.schema();
        let Some(first) = schema.fields().first() else { return Ok(Map::new()) };
        match args {
            Dynamic::Map(_) => schema.check(args).map(crate::schema::Record::into_fields),
            Dynamic::Text(text) => {
                let given: Map = [(first.name().clone(), Dynamic::Text(text.clone()))].into_iter().collect();
                let checked = schema.check(&given.clone().into())?.into_fields();
                Ok(if compat { given } else { checked })
            }
            other => Err(Error::new(
                ErrorKind::Validation,
                format!(
                    "{} takes a text or an object of its arguments, not {}",
                    self.name(),
                    other.type_name()
                ),
            )),
        }
    }
}
