//! [`Tool`]: a function that models may call, as a step of chains.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::builder::ToolBuilder;
use super::input::{Given, ToolInput};
use super::output::{Answered, ToolOutput};
use crate::context::Context;
use crate::engine;
use crate::error::{Error, ErrorKind, Result};
use crate::message::ToolStatus;
use crate::run::{Local, Run, RunKind};
use crate::runnable::{Chain, Runnable, Stage, Streaming};
use crate::schema::Schema;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Map, Text};

/// A function that models may call.
///
/// As a step of a chain it takes its arguments as an object, its only argument as a text, or a model's [`ToolCall`], and
/// gives what the function returns; a call with an id is answered with a [`ToolMessage`]. Arguments are checked against
/// the schema and converted where needed. What runs inside its function is part of the tool's run.
///
/// [`ToolCall`]: crate::message::ToolCall
/// [`ToolMessage`]: crate::message::ToolMessage
///
/// ```
/// use thalweg_core::message::{Message, ToolCall};
/// use thalweg_core::schema::Type;
/// use thalweg_core::tool::{One, Tool};
/// use thalweg_core::value::Dynamic;
/// use thalweg_core::{Chain, vars};
///
/// let shout = Tool::builder("shout", "Says it loudly.")
///     .arg("word", Type::Str)
///     .function(|One(word): One<String>| word.to_uppercase());
/// let chain: Chain<ToolCall, Dynamic> = Chain::new(shout);
/// let call = ToolCall::new("shout", vars! { "word": "hey" }).with_id("call_1");
/// let Dynamic::Message(answer) = chain.invoke_blocking(call)? else { unreachable!() };
/// assert!(matches!(&*answer, Message::Tool(tool) if tool.tool_call_id == "call_1"));
/// assert_eq!(answer.text(), "HEY");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Tool {
    parts: Arc<Parts>,
    function: Arc<Function>,
}

pub(super) type Function = dyn Fn(Map, Context) -> BoxFuture<'static, Result<ToolOutput>> + Send + Sync;

/// What is said of a tool.
pub(super) struct Parts {
    /// The arguments; name and description are the tool's.
    pub(super) schema: Schema,
    pub(super) content_and_artifact: bool,
    pub(super) tool_errors: Option<Handled>,
    pub(super) validation_errors: Option<Handled>,
    pub(super) return_direct: bool,
    pub(super) local: Local,
}

/// What a failure becomes that does not fail the tool's run.
#[derive(Clone, Debug)]
pub(super) enum Handled {
    /// Its own words.
    Own,
    Text(Text),
}

impl Tool {
    /// Begins a tool: its name, and what models are told of it.
    pub fn builder(name: impl Into<Text>, description: impl Into<Text>) -> ToolBuilder {
        ToolBuilder::new(Schema::new(name).describe(description))
    }

    pub(super) fn new(parts: Parts, function: Arc<Function>) -> Self {
        Self { parts: Arc::new(parts), function }
    }

    /// Its name.
    pub fn name(&self) -> &Text {
        self.parts.schema.name()
    }

    /// What models are told of it.
    pub fn description(&self) -> &Text {
        self.parts.schema.description()
    }

    /// Its arguments.
    pub fn schema(&self) -> &Schema {
        &self.parts.schema
    }

    /// Whether agents are to return its answer to the user.
    pub fn returns_direct(&self) -> bool {
        self.parts.return_direct
    }

    /// The tool as models are told of it, in the form that most providers know: an object with `type` and `function`,
    /// which has `name`, `description` and `parameters`.
    ///
    /// ```
    /// use thalweg_core::schema::Type;
    /// use thalweg_core::tool::{One, Tool};
    ///
    /// let shout = Tool::builder("shout", "Says it loudly.")
    ///     .arg("word", Type::Str)
    ///     .function(|One(word): One<String>| word);
    /// let definition = shout.definition();
    /// assert_eq!(definition.get("function").unwrap().get("name").unwrap().as_str(), Some("shout"));
    /// ```
    pub fn definition(&self) -> Map {
        let mut parameters = self.schema().to_json_schema();
        parameters.remove("description");
        let mut function = Map::new();
        function.insert("name", self.name().clone());
        function.insert("description", self.description().clone());
        function.insert("parameters", parameters);
        let mut definition = Map::new();
        definition.insert("type", "function");
        definition.insert("function", function);
        definition
    }

    /// The tool as a chain for any of its inputs.
    pub fn chain(self) -> Chain<Dynamic, Dynamic> {
        self.into_chain()
    }

    fn make_run(&self, context: Context, given: &Given) -> Arc<Run> {
        let mut local = self.parts.local.clone();
        local.tool_call_id.clone_from(&given.id);
        context.make_run(RunKind::Tool, || self.name().clone(), Some(Box::new(local)))
    }

    async fn call(&self, given: Given, context: Context) -> Result<Dynamic> {
        let compat = context.is_compat();
        let outside = caller(&context).filter(|_| compat);
        let run = self.make_run(context, &given);
        let input = || given.args.clone();
        engine::inside(run, input, Dynamic::clone, async |inner: Context| {
            let answered = Answered { name: self.name(), id: given.id.as_ref(), compat };
            let called = match self.arguments(&given.args, compat) {
                Ok(args) => (self.function)(args, outside.unwrap_or(inner)).await,
                Err(error) => Err(error),
            };
            let split = |output: ToolOutput| {
                if self.parts.content_and_artifact { output.split() } else { Ok(output) }
            };
            match called.and_then(split) {
                Ok(output) => Ok(output.into_answer(&answered, ToolStatus::Success)),
                Err(error) => {
                    let text = self.handled(&error).ok_or(error)?;
                    Ok(ToolOutput::new(text).into_answer(&answered, ToolStatus::Error))
                }
            }
        })
        .await
    }

    /// What the failure becomes, if it does not fail the run.
    fn handled(&self, error: &Error) -> Option<Text> {
        let (handled, own) = match error.kind() {
            ErrorKind::Tool => (&self.parts.tool_errors, error.message()),
            ErrorKind::Validation => (&self.parts.validation_errors, "Tool input validation error"),
            _ => return None,
        };
        match handled {
            Some(Handled::Own) => Some(own.into()),
            Some(Handled::Text(text)) => Some(text.clone()),
            None => None,
        }
    }
}

/// The context that langchain-core gives a tool's function: the one that the tool was called with, so that what runs in
/// it becomes a sibling of the tool, with the tags that the tool got by its place and with its name if it was given one.
///
/// Where it has no place in the tree, its run is the current one.
fn caller(context: &Context) -> Option<Context> {
    if context.parent.is_none() && context.scope.listeners.is_empty() {
        return None;
    }
    let mut caller = context.without_options();
    caller.completed = false;
    if let Some(once) = &mut caller.once {
        once.run_id = None;
    }
    Some(caller)
}

impl<I: ToolInput> Stage<I, Dynamic> for Tool {
    fn name(&self) -> Cow<'_, str> {
        self.name().as_str().into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Tool)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Whole
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<Dynamic>> {
        Box::pin(self.call(input.into_given(), context))
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Dynamic> {
        let context = context.for_one_chunk(RunKind::Tool);
        ChunkStream::once(async move { self.call(input.into_given(), context).await })
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        engine::gather(input, !context.is_compat(), context, move |whole, context| {
            Stage::<I, Dynamic>::stream(self, whole, context)
        })
    }
}

impl<I: ToolInput> Runnable<I> for Tool {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.name().as_str().into()
    }

    /// The tool's stage starts its own run.
    fn kind(&self) -> Option<RunKind> {
        None
    }

    async fn run(&self, input: I, context: Context) -> Result<Dynamic> {
        self.call(input.into_given(), context).await
    }

    fn into_chain(self) -> Chain<I, Dynamic> {
        Chain::from_stage(Arc::new(self))
    }
}

impl<R: Runnable<Dynamic>> std::ops::BitOr<R> for Tool {
    type Output = Chain<Dynamic, R::Out>;

    fn bitor(self, next: R) -> Self::Output {
        self.chain().then(next)
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("schema", &self.parts.schema).finish_non_exhaustive()
    }
}
