//! [`MessageTemplate`]: one message of a chat prompt, with variables in it.

use super::content::ContentTemplate;
use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::template::TemplateFormat;
use crate::value::{Dynamic, Map, Text};

/// One message of a chat prompt, with variables in its content.
///
/// The content is a text, or a list of the parts of a content with blocks:
///
/// - a text, or `{"type": "text", "text": …}`: a text block, which is left out if it comes out empty;
/// - `{"type": "image_url", "image_url": …}` with an address or an object of `url` and `detail`: a picture;
/// - any other object: a block with variables in its texts at any depth.
///
/// ```
/// use thalweg_core::prompt::MessageTemplate;
/// use thalweg_core::value::{Dynamic, Map};
///
/// let template = MessageTemplate::human("Who is {name}?")?;
/// let vars: Map = [("name", Dynamic::from("Ada"))].into_iter().collect();
/// assert_eq!(template.format(&vars)?.text(), "Who is Ada?");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessageTemplate {
    role: Role,
    content: ContentTemplate,
}

#[derive(Clone, Debug)]
enum Role {
    Human,
    Ai,
    System,
    Chat(Text),
}

impl MessageTemplate {
    /// What a person says, as an f-string.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn human(text: impl Into<Text>) -> Result<Self> {
        Self::new(Role::Human, &text.into().into(), TemplateFormat::FString)
    }

    /// What a model says, as an f-string.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn ai(text: impl Into<Text>) -> Result<Self> {
        Self::new(Role::Ai, &text.into().into(), TemplateFormat::FString)
    }

    /// What a model is told about its task, as an f-string.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn system(text: impl Into<Text>) -> Result<Self> {
        Self::new(Role::System, &text.into().into(), TemplateFormat::FString)
    }

    /// What somebody of a role of your own says, as an f-string.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn chat(role: impl Into<Text>, text: impl Into<Text>) -> Result<Self> {
        Self::new(Role::Chat(role.into()), &text.into().into(), TemplateFormat::FString)
    }

    /// A message of a role by its usual names, `human` or `user`, `ai` or `assistant`, `system`, with a text or
    /// a list of parts as content.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when there is no such role or the content is no template of this format.
    pub fn from_role(role: &str, content: &Dynamic, format: TemplateFormat) -> Result<Self> {
        let role = match role {
            "human" | "user" => Role::Human,
            "ai" | "assistant" => Role::Ai,
            "system" => Role::System,
            other => {
                let roles =
                    "the entries of a prompt have the role human, user, ai, assistant, system or placeholder";
                return Err(Error::new(ErrorKind::Template, roles).with("role", other));
            }
        };
        Self::new(role, content, format)
    }

    fn new(role: Role, content: &Dynamic, format: TemplateFormat) -> Result<Self> {
        Ok(Self { role, content: ContentTemplate::parse(content, format)? })
    }

    /// The variables that it uses, in no particular order.
    pub(super) fn variables(&self) -> Vec<&Text> {
        let mut names = Vec::new();
        self.content.variables(&mut names);
        names
    }

    /// The message with the variables filled in.
    ///
    /// # Errors
    /// What [`Template::render`](crate::template::Template::render) fails with, and [`ErrorKind::Template`] for
    /// a picture without an address.
    pub fn format(&self, vars: &Map) -> Result<Message> {
        let content = self.content.render(vars)?;
        Ok(match &self.role {
            Role::Human => Message::human(content),
            Role::Ai => Message::ai(content),
            Role::System => Message::system(content),
            Role::Chat(role) => Message::chat(role.clone(), content),
        })
    }
}
