//! [`ToolOutput`]: what a tool's function gives, and the message that it becomes.

use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::message::{Block, Content, Message, ToolMessage, ToolStatus};
use crate::python::{dump_json, write_str};
use crate::value::{Dynamic, Text, Value};

/// What a tool gives: content for the model, and an artifact for the program.
///
/// ```
/// use thalweg_core::tool::ToolOutput;
///
/// let found = ToolOutput::new("2 rivers found").with_artifact(vec!["Rhine", "Rhone"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOutput {
    /// What the model sees.
    pub content: Dynamic,
    /// What the program gets besides, where a model's call is answered; `null` if nothing.
    pub artifact: Dynamic,
}

impl ToolOutput {
    /// Content without an artifact.
    pub fn new(content: impl Into<Dynamic>) -> Self {
        Self { content: content.into(), artifact: Dynamic::Null }
    }

    /// Sets the artifact.
    #[must_use]
    pub fn with_artifact(mut self, artifact: impl Into<Dynamic>) -> Self {
        self.artifact = artifact.into();
        self
    }

    /// The two of a list of two.
    pub(super) fn split(self) -> Result<Self> {
        match &self.content {
            Dynamic::List(pair) if pair.len() == 2 => {
                let at = |index| pair.get(index).cloned().unwrap_or_default();
                Ok(Self { content: at(0), artifact: at(1) })
            }
            other => Err(Error::new(
                ErrorKind::Application,
                format!("the tool's function must return content and artifact, not {}", other.type_name()),
            )),
        }
    }

    /// The output of the tool: the content, or, for a call with an id, the message that answers it.
    pub(super) fn into_answer(self, call: &Answered<'_>, status: ToolStatus) -> Dynamic {
        let Some(id) = call.id else { return self.content };
        if is_answer(&self.content) {
            return self.content;
        }
        let mut message = ToolMessage::new(content(&self.content, call.compat), id.clone())
            .with_artifact(self.artifact)
            .with_status(status);
        message.base.name = Some(call.name.clone());
        Message::Tool(message).into()
    }
}

/// The call that an output answers.
pub(super) struct Answered<'a> {
    pub(super) name: &'a Text,
    pub(super) id: Option<&'a Text>,
    pub(super) compat: bool,
}

/// Whether it is an answer to a call already: a tool's message, or a list of such.
fn is_answer(value: &Dynamic) -> bool {
    match value {
        Dynamic::Message(message) => matches!(**message, Message::Tool(_)),
        Dynamic::List(list) => {
            let answer = |value: &Dynamic| matches!(value, Dynamic::Message(_)) && is_answer(value);
            !list.is_empty() && list.iter().all(answer)
        }
        _ => false,
    }
}

/// What the model gets to see: a text and a list of blocks as they are, anything else as JSON. langchain-core shows what
/// is more than JSON, such as documents, as Python prints it.
fn content(value: &Dynamic, compat: bool) -> Content {
    let blocks = match value {
        Dynamic::Text(text) => return Content::Text(text.clone()),
        Dynamic::List(list) => list.iter().map(block).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    match blocks {
        Some(blocks) => Content::Blocks(blocks),
        None if compat && !is_json(value) => {
            let mut text = String::new();
            write_str(&mut text, value);
            Content::from(text)
        }
        None => Content::from(dump_json(value, false)),
    }
}

fn is_json(value: &Dynamic) -> bool {
    match value {
        Dynamic::List(list) => list.iter().all(is_json),
        Dynamic::Map(map) => map.values().all(is_json),
        Dynamic::Null
        | Dynamic::Bool(_)
        | Dynamic::Int(_)
        | Dynamic::BigInt(_)
        | Dynamic::Float(_)
        | Dynamic::Text(_) => true,
        _ => false,
    }
}

/// The kinds of blocks that models take in the answer of a tool.
const BLOCKS: [&str; 8] =
    ["text", "image_url", "image", "json", "search_result", "custom_tool_call_output", "document", "file"];

fn block(value: &Dynamic) -> Option<Block> {
    let block = Block::from_dynamic(value.clone())?;
    let known = matches!(block, Block::Text(_)) || block.kind().is_some_and(|kind| BLOCKS.contains(&kind));
    known.then_some(block)
}

/// What the function of a tool may return: a value, a [`ToolOutput`], or a `Result` of one of these. An error of kind
/// [`ErrorKind::Tool`] is a failure that the tool announces, see
/// [`ToolBuilder::handle_tool_error`](super::ToolBuilder::handle_tool_error).
#[diagnostic::on_unimplemented(
    message = "a tool's function cannot return `{Self}`",
    note = "it returns a value, a `ToolOutput`, or a `Result` of one of these"
)]
pub trait ToolReply: Send + 'static {
    /// The output.
    ///
    /// # Errors
    /// The function's own.
    fn into_output(self) -> Result<ToolOutput>;
}

impl<T: Value> ToolReply for T {
    fn into_output(self) -> Result<ToolOutput> {
        Ok(ToolOutput::new(self.to_dynamic()))
    }
}

impl ToolReply for ToolOutput {
    fn into_output(self) -> Result<Self> {
        Ok(self)
    }
}

impl<T: ToolReply, E: Into<BoxError> + Send + 'static> ToolReply for Result<T, E> {
    fn into_output(self) -> Result<ToolOutput> {
        self.map_err(Error::other)?.into_output()
    }
}
