//! [`FewShotChatPromptTemplate`]: examples as messages.

use super::ChatPromptTemplate;
use crate::error::Result;
use crate::message::Message;
use crate::value::Map;

/// Examples as messages, for a place in a [`ChatPromptTemplate`].
///
/// ```
/// use thalweg_core::prompt::{ChatPromptTemplate, FewShotChatPromptTemplate};
/// use thalweg_core::value::{Dynamic, Map};
///
/// let sum: Map = [("input", Dynamic::from("2+2")), ("output", Dynamic::from(4))].into_iter().collect();
/// let examples = FewShotChatPromptTemplate::new(
///     [sum],
///     ChatPromptTemplate::from_messages([("human", "What is {input}?"), ("ai", "{output}")])?,
/// );
/// let prompt = ((ChatPromptTemplate::from_messages([("system", "Calculate.")])? + examples)? + "What is {input}?")?;
/// let messages = prompt.format_input(&Dynamic::from("3+3"))?.into_messages();
/// assert_eq!(messages.len(), 4);
/// assert_eq!(messages[2].text(), "4");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FewShotChatPromptTemplate {
    examples: Vec<Map>,
    example: ChatPromptTemplate,
}

impl FewShotChatPromptTemplate {
    /// Examples, and the prompt for each of them.
    pub fn new(examples: impl IntoIterator<Item = Map>, example: ChatPromptTemplate) -> Self {
        Self { examples: examples.into_iter().collect(), example }
    }

    /// The messages of all examples. They need no variables but the examples' own.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`](crate::ErrorKind::MissingVariable) when an example lacks some, and what
    /// [`ChatPromptTemplate::format_messages`] fails with.
    pub fn format_messages(&self) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        for example in &self.examples {
            messages.extend(self.example.format_messages(example)?);
        }
        Ok(messages)
    }
}
