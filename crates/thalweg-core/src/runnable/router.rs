//! Routers: the input names the runnable that takes it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::{Chain, Parts, Runnable, Streaming};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::run::RunKind;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Last, Map, Text, Value, empty_stream};

/// Runnables by key; the input says which of them takes it. It has no run of its own.
///
/// It takes a [`Routed`] input, or, over dynamic values, an object with the entries `key` and `input`.
///
/// ```
/// use thalweg_core::runnable::{Routed, Router};
///
/// let router = Router::new()
///     .route("upper", |text: String| text.to_uppercase())
///     .route("lower", |text: String| text.to_lowercase())
///     .into_chain();
/// assert_eq!(router.invoke_blocking(Routed::new("upper", "Ab".to_owned()))?, "AB");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct Router<I, O> {
    routes: Vec<(Text, Chain<I, O>)>,
}

/// An input for one route of a [`Router`].
///
/// ```
/// let routed = thalweg_core::runnable::Routed::new("upper", 1);
/// assert_eq!(routed.key, "upper");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Routed<I> {
    /// Which runnable takes the input.
    pub key: Text,
    /// What it takes.
    pub input: I,
}

impl<I> Routed<I> {
    /// An input for the route `key`.
    pub fn new(key: impl Into<Text>, input: I) -> Self {
        Self { key: key.into(), input }
    }
}

impl<I: Value> Value for Routed<I> {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        let entries = [("key", self.key.clone().into()), ("input", self.input.to_dynamic())];
        entries.into_iter().collect::<Map>().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}

impl<I: Value, O: Value> Router<I, O> {
    /// No routes yet.
    pub fn new() -> Self {
        Self { routes: Vec::new() }
    }

    /// Adds a route; another one of this key is replaced.
    #[must_use]
    pub fn route<R: Runnable<I, Out = O>>(mut self, key: impl Into<Text>, runnable: R) -> Self {
        let (key, chain) = (key.into(), runnable.into_chain());
        match self.routes.iter_mut().find(|(there, _)| *there == key) {
            Some((_, there)) => *there = chain,
            None => self.routes.push((key, chain)),
        }
        self
    }

    /// The router as a chain over [`Routed`] inputs.
    pub fn into_chain(self) -> Chain<Routed<I>, O> {
        Runnable::into_chain(self)
    }

    fn chosen(&self, key: &str) -> Result<&Chain<I, O>> {
        let route = self.routes.iter().find(|(there, _)| there == key);
        route.map(|(_, chain)| chain).ok_or_else(|| {
            Error::new(ErrorKind::UnknownKey, "the router has no route of this key").with("key", key)
        })
    }
}

impl<I: Value, O: Value> Default for Router<I, O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Value, O: Value> fmt::Debug for Router<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.routes.iter().map(|(key, route)| (key, route))).finish()
    }
}

impl<I: Value, O: Value> Runnable<Routed<I>> for Router<I, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        "RouterRunnable".into()
    }

    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    fn parts(&self) -> Parts {
        Parts::OneOf(self.routes.iter().map(|(key, route)| (key.clone(), route.describe())).collect())
    }

    async fn run(&self, routed: Routed<I>, context: Context) -> Result<O> {
        self.chosen(&routed.key)?.stage().invoke(routed.input, context.without_options()).await
    }

    fn run_stream(self: Arc<Self>, routed: Routed<I>, context: Context) -> ChunkStream<O> {
        match self.chosen(&routed.key) {
            Ok(chosen) => Arc::clone(chosen.stage()).stream(routed.input, context.without_options()),
            Err(error) => ChunkStream::fail(error),
        }
    }
}

/// The entries `key` and `input` of an object.
fn read(input: Dynamic) -> Result<Routed<Dynamic>> {
    let Dynamic::Map(map) = input else {
        return Err(Error::input_type("a router", "an object with key and input", input.type_name()));
    };
    let entry = |name: &'static str| {
        map.get(name).cloned().ok_or_else(|| {
            Error::new(ErrorKind::MissingVariable, "a router's input lacks an entry").with("entry", name)
        })
    };
    let (key, input) = (entry("key")?, entry("input")?);
    match key {
        Dynamic::Text(key) => Ok(Routed { key, input }),
        // No route has such a key.
        other => Ok(Routed { key: other.to_string().into(), input }),
    }
}

impl<O: Value> Runnable<Dynamic> for Router<Dynamic, O> {
    type Out = O;

    fn name(&self) -> Cow<'_, str> {
        "RouterRunnable".into()
    }

    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    fn parts(&self) -> Parts {
        Parts::OneOf(self.routes.iter().map(|(key, route)| (key.clone(), route.describe())).collect())
    }

    async fn run(&self, input: Dynamic, context: Context) -> Result<O> {
        Runnable::<Routed<Dynamic>>::run(self, read(input)?, context).await
    }

    fn run_stream(self: Arc<Self>, input: Dynamic, context: Context) -> ChunkStream<O> {
        match read(input) {
            Ok(routed) => Runnable::<Routed<Dynamic>>::run_stream(self, routed, context),
            Err(error) => ChunkStream::fail(error),
        }
    }
}
