//! [`PromptValue`]: a formatted prompt, ready for a text model or a chat model.

use serde::Serialize;

use crate::message::Message;
use crate::value::Text;

/// A formatted prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PromptValue {
    /// One text.
    Text {
        /// The text.
        text: Text,
    },
    /// A list of messages.
    Messages {
        /// The messages.
        messages: Vec<Message>,
    },
}
