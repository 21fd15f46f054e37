//! [`IntoPrompt`]: what models take.

use crate::error::{Error, Result};
use crate::message::Message;
use crate::prompt::PromptValue;
use crate::value::{Dynamic, Text, Value};

/// A value that a model takes as its prompt: a text, messages, or a formatted prompt.
#[diagnostic::on_unimplemented(
    message = "a model cannot take `{Self}`",
    note = "a model takes a text, a message, a list of messages, or the output of a prompt template"
)]
pub trait IntoPrompt: Value {
    /// The prompt.
    ///
    /// # Errors
    /// [`InputType`](crate::ErrorKind::InputType) when the value is dynamic and is no prompt.
    fn into_prompt(self) -> Result<PromptValue>;
}

impl IntoPrompt for PromptValue {
    fn into_prompt(self) -> Result<PromptValue> {
        Ok(self)
    }
}

impl IntoPrompt for String {
    fn into_prompt(self) -> Result<PromptValue> {
        Ok(self.into())
    }
}

impl IntoPrompt for Text {
    fn into_prompt(self) -> Result<PromptValue> {
        Ok(self.into())
    }
}

impl IntoPrompt for Message {
    fn into_prompt(self) -> Result<PromptValue> {
        Ok(self.into())
    }
}

impl IntoPrompt for Vec<Message> {
    fn into_prompt(self) -> Result<PromptValue> {
        Ok(self.into())
    }
}

/// A text, a prompt value, or a list of messages.
impl IntoPrompt for Dynamic {
    fn into_prompt(self) -> Result<PromptValue> {
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::Prompt(prompt) => Ok(std::sync::Arc::unwrap_or_clone(prompt)),
            Self::List(list) => {
                list.iter().map(Message::from_dynamic).collect::<Result<Vec<_>>>().map(PromptValue::from)
            }
            other => {
                Err(Error::input_type("a model", "a text, messages or a prompt value", other.type_name()))
            }
        }
    }
}
