//! [`Retrieval`]: the runnable of a retriever.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Retriever;
use crate::callback::Handlers;
use crate::context::Context;
use crate::document::Document;
use crate::engine;
use crate::error::{Error, Result};
use crate::python::write_str;
use crate::run::{Local, Run, RunKind, add_listeners};
use crate::runnable::{Chain, Runnable, Stage, Streaming};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text, Value};

/// The runnable of a [`Retriever`]: takes a query, gives documents.
///
/// Its tags, metadata and handlers are its own: they are not handed down.
#[derive(Clone)]
pub struct Retrieval {
    retriever: Arc<dyn Retriever>,
    local: Local,
}

impl Retrieval {
    /// The runnable of this retriever.
    pub fn new(retriever: impl Retriever) -> Self {
        Self::from_arc(Arc::new(retriever))
    }

    /// The runnable of a shared retriever.
    pub fn from_arc(retriever: Arc<dyn Retriever>) -> Self {
        Self { retriever, local: Local::default() }
    }

    /// Tags of the retriever's own runs.
    #[must_use]
    pub fn with_tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.local.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// An entry in the metadata of the retriever's own runs.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.local.metadata.insert(key, value);
        self
    }

    /// Handlers of the retriever's own runs.
    #[must_use]
    pub fn with_handlers(mut self, handlers: &Handlers) -> Self {
        add_listeners(&mut self.local.listeners, handlers.listeners());
        self
    }

    /// The retriever as a chain.
    pub fn chain(self) -> Chain<String, Vec<Document>> {
        self.into_chain()
    }

    fn make_run(&self, mut context: Context) -> Arc<Run> {
        let mut local = self.local.clone();
        let own = std::mem::replace(&mut local.metadata, self.retriever.metadata());
        for (key, value) in own {
            local.metadata.insert(key, value);
        }
        if context.is_compat()
            && let Some(once) = &mut context.once
        {
            // langchain-core does not look for the id where it is given.
            once.run_id = None;
        }
        let name = || Text::from(self.retriever.name());
        context.make_run(RunKind::Retriever, name, Some(Box::new(local)))
    }

    async fn call<I: Query>(&self, input: I, context: Context) -> Result<Vec<Document>> {
        let compat = context.is_compat();
        let run = self.make_run(context);
        let shown = input.clone();
        engine::inside(
            run,
            || shown.to_dynamic(),
            Vec::to_dynamic,
            async |_| Arc::clone(&self.retriever).retrieve(query(input, compat)?).await,
        )
        .await
    }
}

/// The query in what came. langchain-core hands on whatever it is: what is no text is given as Python would show it.
fn query<I: Query>(input: I, compat: bool) -> Result<Text> {
    match compat.then(|| input.to_dynamic()) {
        Some(other) if other.as_str().is_none() => {
            let mut text = String::new();
            write_str(&mut text, &other);
            Ok(text.into())
        }
        _ => input.into_query(),
    }
}

/// A value that a retriever takes: a text.
#[diagnostic::on_unimplemented(
    message = "a retriever cannot take `{Self}`",
    note = "a retriever takes a text"
)]
pub trait Query: Value {
    /// The query.
    ///
    /// # Errors
    /// [`InputType`](crate::ErrorKind::InputType) when the value is dynamic and is no text.
    fn into_query(self) -> Result<Text>;
}

impl Query for String {
    fn into_query(self) -> Result<Text> {
        Ok(self.into())
    }
}

impl Query for Text {
    fn into_query(self) -> Result<Text> {
        Ok(self)
    }
}

impl Query for Dynamic {
    fn into_query(self) -> Result<Text> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(Error::input_type("a retriever", "a text", other.type_name())),
        }
    }
}

impl<I: Query> Stage<I, Vec<Document>> for Retrieval {
    fn name(&self) -> Cow<'_, str> {
        self.retriever.name()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Retriever)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Whole
    }

    fn invoke(&self, input: I, context: Context) -> BoxFuture<'_, Result<Vec<Document>>> {
        Box::pin(self.call(input, context))
    }

    fn stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Vec<Document>> {
        let context = context.for_one_chunk(RunKind::Retriever);
        ChunkStream::once(async move { self.call(input, context).await })
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Vec<Document>> {
        engine::gather(input, !context.is_compat(), context, move |whole, context| {
            Stage::<I, Vec<Document>>::stream(self, whole, context)
        })
    }
}

impl<I: Query> Runnable<I> for Retrieval {
    type Out = Vec<Document>;

    fn name(&self) -> Cow<'_, str> {
        self.retriever.name()
    }

    /// The retriever's stage starts its own run.
    fn kind(&self) -> Option<RunKind> {
        None
    }

    async fn run(&self, input: I, context: Context) -> Result<Vec<Document>> {
        self.call(input, context).await
    }

    fn into_chain(self) -> Chain<I, Vec<Document>> {
        Chain::from_stage(Arc::new(self))
    }
}

impl<R: Runnable<Vec<Document>>> std::ops::BitOr<R> for Retrieval {
    type Output = Chain<String, R::Out>;

    fn bitor(self, next: R) -> Self::Output {
        self.chain().then(next)
    }
}

impl fmt::Debug for Retrieval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retrieval").field("name", &self.retriever.name()).finish_non_exhaustive()
    }
}
