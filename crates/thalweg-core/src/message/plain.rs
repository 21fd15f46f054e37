//! [`PlainMessage`]: what every message has.

use super::Content;
use crate::value::{Map, Text};

/// A message with nothing but what every message has: what people, systems and functions say.
///
/// ```
/// use thalweg_core::message::{Message, PlainMessage};
///
/// let message = Message::Human(PlainMessage::new("hi").with_id("m1"));
/// assert_eq!(message.text(), "hi");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlainMessage {
    /// What it says.
    pub content: Content,
    /// Its id.
    pub id: Option<Text>,
    /// Who says it, or the function's name.
    pub name: Option<Text>,
    /// What a provider wants to be told or told besides.
    pub additional_kwargs: Map,
    /// What a provider said about the answer.
    pub response_metadata: Map,
}

impl PlainMessage {
    /// A message with this content and nothing else.
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Sets the id.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Text>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Text>) -> Self {
        self.name = Some(name.into());
        self
    }
}
