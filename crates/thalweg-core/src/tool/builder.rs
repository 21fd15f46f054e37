//! [`ToolBuilder`]: describes a tool and takes its function.

use std::future::Future;
use std::sync::Arc;

use super::args::FromArgs;
use super::output::ToolReply;
use super::runnable::{Handled, Parts, Tool};
use crate::callback::Handlers;
use crate::context::Context;
use crate::run::{Local, add_listeners};
use crate::schema::{Field, Schema, Type};
use crate::value::{Dynamic, Map, Text};

/// A tool without its function; made by [`Tool::builder`].
///
/// ```
/// use thalweg_core::schema::Type;
/// use thalweg_core::tool::{One, Tool};
///
/// let length = Tool::builder("length", "Counts the characters of a text.")
///     .arg("text", Type::Str)
///     .tags(["counting"])
///     .function(|One(text): One<String>| text.chars().count());
/// assert_eq!(length.chain().invoke_blocking("abc")?, 3.into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "a tool needs its function"]
pub struct ToolBuilder {
    parts: Parts,
}

impl ToolBuilder {
    pub(super) fn new(schema: Schema) -> Self {
        let parts = Parts {
            schema,
            content_and_artifact: false,
            tool_errors: None,
            validation_errors: None,
            return_direct: false,
            local: Local::default(),
        };
        Self { parts }
    }

    /// A required argument.
    pub fn arg(self, name: impl Into<Text>, kind: Type) -> Self {
        self.field(Field::new(name, kind))
    }

    /// An argument that may be left out.
    pub fn arg_or(self, name: impl Into<Text>, kind: Type, default: impl Into<Dynamic>) -> Self {
        self.field(Field::new(name, kind).default(default))
    }

    /// An argument with a description, for models.
    pub fn field(mut self, field: Field) -> Self {
        self.parts.schema = self.parts.schema.field(field);
        self
    }

    /// The function returns a list of two: the content for the model, and the artifact for the program. A function that
    /// returns a [`ToolOutput`](super::ToolOutput) does not need this.
    pub fn content_and_artifact(mut self) -> Self {
        self.parts.content_and_artifact = true;
        self
    }

    /// A failure that the function announces, an error of kind [`ErrorKind::Tool`](crate::ErrorKind::Tool), does not
    /// fail the tool's run: its message is the tool's content, so that the model can read it.
    pub fn handle_tool_error(mut self) -> Self {
        self.parts.tool_errors = Some(Handled::Own);
        self
    }

    /// As [`handle_tool_error`](Self::handle_tool_error), with this text in the place of the message.
    pub fn handle_tool_error_with(mut self, text: impl Into<Text>) -> Self {
        self.parts.tool_errors = Some(Handled::Text(text.into()));
        self
    }

    /// Arguments that do not fit do not fail the tool's run: the tool's content says so.
    pub fn handle_validation_error(mut self) -> Self {
        self.parts.validation_errors = Some(Handled::Own);
        self
    }

    /// As [`handle_validation_error`](Self::handle_validation_error), with this text as content.
    pub fn handle_validation_error_with(mut self, text: impl Into<Text>) -> Self {
        self.parts.validation_errors = Some(Handled::Text(text.into()));
        self
    }

    /// Says to agents that the tool's answer is the answer to the user; the tool itself runs as any other.
    pub fn return_direct(mut self) -> Self {
        self.parts.return_direct = true;
        self
    }

    /// Tags of the tool's own runs.
    pub fn tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.parts.local.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// An entry in the metadata of the tool's own runs.
    pub fn metadata(mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.parts.local.metadata.insert(key, value);
        self
    }

    /// Handlers of the tool's own runs.
    pub fn handlers(mut self, handlers: &Handlers) -> Self {
        add_listeners(&mut self.parts.local.listeners, handlers.listeners());
        self
    }

    /// The tool of a function.
    pub fn function<A, R>(self, function: impl Fn(A) -> R + Send + Sync + 'static) -> Tool
    where
        A: FromArgs,
        R: ToolReply,
    {
        let called = move |args: Map, _| {
            let output = A::from_args(args).and_then(|args| function(args).into_output());
            Box::pin(std::future::ready(output)) as _
        };
        Tool::new(self.parts, Arc::new(called))
    }

    /// The tool of an async function.
    ///
    /// ```
    /// use thalweg_core::schema::Type;
    /// use thalweg_core::tool::{One, Tool};
    ///
    /// let shout = Tool::builder("shout", "Says it loudly.")
    ///     .arg("word", Type::Str)
    ///     .async_function(|One(word): One<String>| async move { word.to_uppercase() });
    /// assert_eq!(shout.chain().invoke_blocking("hey")?, "HEY".into());
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn async_function<A, Fut>(self, function: impl Fn(A) -> Fut + Send + Sync + 'static) -> Tool
    where
        A: FromArgs,
        Fut: Future<Output: ToolReply> + Send + 'static,
    {
        self.async_function_with(move |args, _| function(args))
    }

    /// The tool of an async function that also takes the context of its run, for passing it where it does not flow by
    /// itself. In compat mode it is the context that the tool was called with, as in langchain-core.
    pub fn async_function_with<A, Fut>(
        self,
        function: impl Fn(A, Context) -> Fut + Send + Sync + 'static,
    ) -> Tool
    where
        A: FromArgs,
        Fut: Future<Output: ToolReply> + Send + 'static,
    {
        let called = move |args: Map, context| match A::from_args(args) {
            Ok(args) => {
                let reply = function(args, context);
                Box::pin(async move { reply.await.into_output() }) as _
            }
            Err(error) => Box::pin(std::future::ready(Err(error))) as _,
        };
        Tool::new(self.parts, Arc::new(called))
    }
}
