//! [`MessageLike`]: the many ways to write down an entry of a chat prompt.

use super::{ChatPromptTemplate, FewShotChatPromptTemplate, MessageTemplate, MessagesPlaceholder};
use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::template::TemplateFormat;
use crate::value::{Dynamic, Map, Text};

/// An entry of a chat prompt, in any of the ways in which it can be written down:
///
/// - a pair of role and template, such as `("human", "{question}")`, where the template may also be a list of
///   parts, see [`MessageTemplate`]; the pair `("placeholder", "{history}")` is an optional placeholder;
/// - a text alone: what a person says;
/// - a [`Message`], which is taken as it is;
/// - a [`MessageTemplate`], a [`MessagesPlaceholder`], a [`FewShotChatPromptTemplate`], or a whole
///   [`ChatPromptTemplate`].
///
/// ```
/// use thalweg_core::message::Message;
/// use thalweg_core::prompt::{ChatPromptTemplate, MessageLike, MessagesPlaceholder};
///
/// let prompt = ChatPromptTemplate::from_messages([
///     MessageLike::from(Message::system("Braces {are not} special here.")),
///     MessagesPlaceholder::new("history").into(),
///     ("human", "{question}").into(),
/// ])?;
/// assert_eq!(prompt.input_variables(), ["history", "question"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessageLike(Written);

#[derive(Clone, Debug)]
enum Written {
    Role(Text, Dynamic),
    Entry(Entry),
}

/// An entry of a chat prompt that has been read.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Message(Message),
    Template(MessageTemplate),
    Placeholder(MessagesPlaceholder),
    FewShot(FewShotChatPromptTemplate),
    Prompt(Box<ChatPromptTemplate>),
}

impl MessageLike {
    /// Reads what is not yet read.
    pub(super) fn read(self, format: TemplateFormat) -> Result<Entry> {
        match self.0 {
            Written::Entry(entry) => Ok(entry),
            Written::Role(role, content) if role == "placeholder" => {
                placeholder(&content).map(Entry::Placeholder)
            }
            Written::Role(role, content) => {
                MessageTemplate::from_role(&role, &content, format).map(Entry::Template)
            }
        }
    }
}

impl Entry {
    pub(super) fn variables(&self) -> Vec<&Text> {
        match self {
            Self::Template(template) => template.variables(),
            Self::Placeholder(placeholder) => vec![placeholder.variable()],
            Self::Prompt(prompt) => prompt.input_variables().iter().collect(),
            Self::Message(_) | Self::FewShot(_) => Vec::new(),
        }
    }

    /// The variable of an optional placeholder.
    pub(super) fn optional(&self) -> Option<&Text> {
        match self {
            Self::Placeholder(placeholder) if placeholder.is_optional() => Some(placeholder.variable()),
            _ => None,
        }
    }

    pub(super) fn format(&self, vars: &Map, messages: &mut Vec<Message>) -> Result<()> {
        match self {
            Self::Message(message) => messages.push(message.clone()),
            Self::Template(template) => messages.push(template.format(vars)?),
            Self::Placeholder(placeholder) => messages.extend(placeholder.format_messages(vars)?),
            Self::FewShot(few_shot) => messages.extend(few_shot.format_messages()?),
            Self::Prompt(prompt) => messages.extend(prompt.format_messages(vars)?),
        }
        Ok(())
    }
}

/// An optional placeholder from `{name}`, or one from a list of that and whether it is optional.
fn placeholder(content: &Dynamic) -> Result<MessagesPlaceholder> {
    let (name, optional) = match content {
        Dynamic::List(list) => match (list.get(0), list.get(1), list.len()) {
            (Some(name), Some(Dynamic::Bool(optional)), 2) => (name, *optional),
            _ => return Err(wrong(content)),
        },
        name => (name, true),
    };
    let name = name.as_str().and_then(|name| name.strip_prefix('{')?.strip_suffix('}'));
    let placeholder = MessagesPlaceholder::new(name.ok_or_else(|| wrong(content))?);
    Ok(if optional { placeholder.optional() } else { placeholder })
}

fn wrong(content: &Dynamic) -> Error {
    Error::new(
        ErrorKind::Template,
        "a placeholder is a variable in braces, or a list of it and whether it is optional",
    )
    .with("placeholder", content.to_string())
}

impl<R: Into<Text>, C: Into<Dynamic>> From<(R, C)> for MessageLike {
    fn from((role, content): (R, C)) -> Self {
        Self(Written::Role(role.into(), content.into()))
    }
}

impl From<&str> for MessageLike {
    fn from(text: &str) -> Self {
        ("human", text).into()
    }
}

impl From<String> for MessageLike {
    fn from(text: String) -> Self {
        ("human", text).into()
    }
}

impl From<Message> for MessageLike {
    fn from(message: Message) -> Self {
        Self(Written::Entry(Entry::Message(message)))
    }
}

impl From<MessageTemplate> for MessageLike {
    fn from(template: MessageTemplate) -> Self {
        Self(Written::Entry(Entry::Template(template)))
    }
}

impl From<MessagesPlaceholder> for MessageLike {
    fn from(placeholder: MessagesPlaceholder) -> Self {
        Self(Written::Entry(Entry::Placeholder(placeholder)))
    }
}

impl From<FewShotChatPromptTemplate> for MessageLike {
    fn from(few_shot: FewShotChatPromptTemplate) -> Self {
        Self(Written::Entry(Entry::FewShot(few_shot)))
    }
}

impl From<ChatPromptTemplate> for MessageLike {
    fn from(prompt: ChatPromptTemplate) -> Self {
        Self(Written::Entry(Entry::Prompt(Box::new(prompt))))
    }
}
