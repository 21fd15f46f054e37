//! [`MessagesPlaceholder`]: a place in a chat prompt for messages that are given.

use crate::error::{Error, ErrorKind, Result};
use crate::message::{Message, convert_to_messages};
use crate::value::{Dynamic, Map, Text};

/// A place in a chat prompt for a list of messages, such as the conversation so far.
///
/// Besides messages the list may hold what stands for them, as in [`convert_to_messages`]: pairs of role and
/// text, texts of a person, objects with role and content.
///
/// ```
/// use thalweg_core::prompt::{ChatPromptTemplate, MessagesPlaceholder};
/// use thalweg_core::value::Dynamic;
///
/// let prompt = (ChatPromptTemplate::from_messages([("system", "Be kind.")])?
///     + MessagesPlaceholder::new("history").n_messages(2))?;
/// let history = Dynamic::parse(r#"[["human", "One?"], ["ai", "One."], ["human", "Two?"]]"#)?;
/// let messages = prompt.format_input(&history)?.into_messages();
/// assert_eq!(messages.len(), 3);
/// assert_eq!(messages[1].text(), "One.");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessagesPlaceholder {
    variable: Text,
    optional: bool,
    n_messages: Option<usize>,
}

impl MessagesPlaceholder {
    /// A place for the messages in this variable, which must be given.
    pub fn new(variable: impl Into<Text>) -> Self {
        Self { variable: variable.into(), optional: false, n_messages: None }
    }

    /// Lets the variable be left out: then there are no messages in this place.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Takes only the last `n` messages of the list.
    #[must_use]
    pub fn n_messages(mut self, n: usize) -> Self {
        self.n_messages = Some(n);
        self
    }

    /// The variable's name.
    pub fn variable(&self) -> &Text {
        &self.variable
    }

    /// Whether the variable may be left out.
    pub fn is_optional(&self) -> bool {
        self.optional
    }

    /// The messages in this place.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`] when the variable is not given and not optional;
    /// [`ErrorKind::InputType`] when it is no list, or has something in it that is no message.
    pub fn format_messages(&self, vars: &Map) -> Result<Vec<Message>> {
        let mut messages = match vars.get(&self.variable) {
            None if self.optional => Vec::new(),
            None => {
                let error = Error::new(ErrorKind::MissingVariable, "the placeholder lacks its messages");
                return Err(error.with("missing", self.variable.clone()));
            }
            Some(list @ Dynamic::List(_)) => {
                convert_to_messages(list).map_err(|e| e.with("placeholder", self.variable.clone()))?
            }
            Some(other) => {
                let error = Error::input_type("the placeholder", "a list of messages", other.type_name());
                return Err(error.with("placeholder", self.variable.clone()));
            }
        };
        if let Some(n) = self.n_messages {
            messages.drain(..messages.len().saturating_sub(n));
        }
        Ok(messages)
    }
}
