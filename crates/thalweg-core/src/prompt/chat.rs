//! [`ChatPromptTemplate`]: a template that makes a list of messages.

use std::ops::Add;

use super::like::Entry;
use super::variables::{Filling, Variables};
use super::{MessageLike, PromptValue};
use crate::error::Result;
use crate::message::Message;
use crate::template::TemplateFormat;
use crate::value::{Dynamic, Map, Text};

/// A prompt of several messages, with variables in them.
///
/// ```
/// use thalweg_core::prompt::ChatPromptTemplate;
/// use thalweg_core::value::Dynamic;
///
/// let prompt = ChatPromptTemplate::from_messages([
///     ("system", "You are {role}."),
///     ("placeholder", "{history}"),
///     ("human", "{question}"),
/// ])?
/// .partial("role", "a poet");
/// assert_eq!(prompt.input_variables(), ["question"]);
/// assert_eq!(prompt.optional_variables(), ["history"]);
///
/// let messages = prompt.format_input(&Dynamic::from("What is a river?"))?.into_messages();
/// assert_eq!(messages[0].text(), "You are a poet.");
/// assert_eq!(messages[1].text(), "What is a river?");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChatPromptTemplate {
    entries: Vec<Entry>,
    variables: Variables,
}

impl ChatPromptTemplate {
    /// The name of its runs.
    pub const NAME: &'static str = "ChatPromptTemplate";

    /// A prompt of these messages, whose templates are f-strings; [`MessageLike`] says what can stand there.
    ///
    /// # Errors
    /// [`ErrorKind::Template`](crate::ErrorKind::Template) when one of them is no template or has an unknown
    /// role.
    pub fn from_messages<M: Into<MessageLike>>(messages: impl IntoIterator<Item = M>) -> Result<Self> {
        Self::parse(messages, TemplateFormat::FString)
    }

    /// A prompt of these messages, with templates in any format.
    ///
    /// # Errors
    /// As [`from_messages`](Self::from_messages).
    pub fn parse<M: Into<MessageLike>>(
        messages: impl IntoIterator<Item = M>,
        format: TemplateFormat,
    ) -> Result<Self> {
        let entries = messages.into_iter().map(|message| message.into().read(format));
        Ok(Self::of(entries.collect::<Result<_>>()?))
    }

    /// A prompt of one message of a person, as an f-string.
    ///
    /// # Errors
    /// [`ErrorKind::Template`](crate::ErrorKind::Template) when the text is no such template.
    pub fn from_template(text: impl Into<Text>) -> Result<Self> {
        Self::from_messages([("human", text.into())])
    }

    fn of(entries: Vec<Entry>) -> Self {
        let variables = Variables::new(
            entries.iter().flat_map(Entry::variables),
            entries.iter().filter_map(Entry::optional),
        );
        Self { entries, variables }
    }

    /// Fills a variable in. What a prompt is later given under this name counts more.
    #[must_use]
    pub fn partial(mut self, name: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.variables.fill(name, Filling::Value(value.into()));
        self
    }

    /// Fills a variable in with what a function returns, which is called for each prompt that is not given it.
    #[must_use]
    pub fn partial_with<V: Into<Dynamic>>(
        mut self,
        name: impl Into<Text>,
        value: impl Fn() -> V + Send + Sync + 'static,
    ) -> Self {
        self.variables.fill(name, Filling::function(value));
        self
    }

    /// The variables that must be given, sorted.
    pub fn input_variables(&self) -> &[Text] {
        self.variables.required()
    }

    /// The variables of optional placeholders, sorted.
    pub fn optional_variables(&self) -> &[Text] {
        self.variables.optional()
    }

    /// The messages with the variables filled in. Variables that they do not use are ignored.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`](crate::ErrorKind::MissingVariable) when some are missing, and what the
    /// messages' own `format` fails with.
    pub fn format_messages(&self, vars: &Map) -> Result<Vec<Message>> {
        let vars = self.variables.complete(Self::NAME, vars)?;
        let mut messages = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            entry.format(&vars, &mut messages)?;
        }
        Ok(messages)
    }

    /// As [`format_messages`](Self::format_messages), as a prompt value.
    ///
    /// # Errors
    /// As [`format_messages`](Self::format_messages).
    pub fn format(&self, vars: &Map) -> Result<PromptValue> {
        self.format_messages(vars).map(PromptValue::from)
    }

    /// The prompt for any input: an object has the variables by name, anything else is the value of the only
    /// variable that must be given, such as the list of messages for a placeholder.
    ///
    /// # Errors
    /// [`ErrorKind::InputType`](crate::ErrorKind::InputType) when the input is no object and there is not exactly
    /// one variable, and as [`format_messages`](Self::format_messages).
    pub fn format_input(&self, input: &Dynamic) -> Result<PromptValue> {
        self.format(&self.variables.of_input(Self::NAME, input)?)
    }
}

/// The prompt with more messages behind it; another prompt adds its messages and what has been filled in there,
/// which counts more where both sides have it. Templates are read as f-strings.
///
/// # Errors
/// As [`ChatPromptTemplate::from_messages`].
impl<M: Into<MessageLike>> Add<M> for ChatPromptTemplate {
    type Output = Result<Self>;

    fn add(mut self, more: M) -> Result<Self> {
        let mut variables = vec![self.variables];
        match more.into().read(TemplateFormat::FString)? {
            Entry::Prompt(prompt) => {
                self.entries.extend(prompt.entries);
                variables.push(prompt.variables);
            }
            entry => self.entries.push(entry),
        }
        let mut sum = Self::of(self.entries);
        for part in &variables {
            sum.variables.fill_from(part);
        }
        Ok(sum)
    }
}
