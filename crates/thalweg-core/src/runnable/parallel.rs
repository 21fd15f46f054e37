//! Parallel steps: several runnables on the same input, as one object of their outputs.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::stream::StreamExt;

use super::delegate::invoke_step;
use super::fanout::{Fanout, Turns};
use super::merge::Merge;
use super::tee::tee;
use super::{Chain, Parts, Runnable, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::run::StepTag;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Map, Text, Value, empty_stream, object_schema};

/// Runnables that all take the same input, beside each other; the output is an object with the output of each
/// under its key. [`parallel!`](crate::parallel) writes one down.
///
/// Streamed, each chunk of a branch comes as an object of one entry, whichever branch has it first; such pieces
/// add up key by key. Input that comes in chunks reaches every branch in chunks. The branches are polled in turn by
/// whoever reads, no thread or task is spawned. If one fails, the others are cancelled.
///
/// Its run is named `RunnableParallel<a,b>` after its keys, and a branch's run is tagged `map:key:a`.
///
/// ```
/// use thalweg_core::runnable::Parallel;
///
/// let both = Parallel::new()
///     .branch("upper", |text: String| text.to_uppercase())
///     .branch("length", |text: String| text.len())
///     .into_chain();
/// let output = both.invoke_blocking("abc")?;
/// assert_eq!(output.get("upper"), Some(&"ABC".into()));
/// assert_eq!(output.get("length"), Some(&3.into()));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct Parallel<I> {
    branches: Vec<(Text, Chain<I, Dynamic>)>,
}

/// The name of a composition with its keys, as `RunnableParallel<a,b>`.
pub(super) fn keyed_name<'a>(kind: &str, keys: impl Iterator<Item = &'a Text>) -> String {
    let keys: Vec<&str> = keys.map(Text::as_str).collect();
    format!("{kind}<{}>", keys.join(","))
}

impl<I: Value> Parallel<I> {
    /// A parallel step without branches.
    pub fn new() -> Self {
        Self { branches: Vec::new() }
    }

    /// Adds a branch; another one of this key is replaced.
    #[must_use]
    pub fn branch<R: Runnable<I>>(mut self, key: impl Into<Text>, runnable: R) -> Self {
        let key = key.into();
        let chain = runnable.into_chain().into_dynamic_output();
        match self.branches.iter_mut().find(|(there, _)| *there == key) {
            Some((_, there)) => *there = chain,
            None => self.branches.push((key, chain)),
        }
        self
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> {
        self.branches.iter().map(|(key, _)| key)
    }

    /// The parallel step as a chain.
    pub fn into_chain(self) -> Chain<I, Map> {
        Runnable::into_chain(self)
    }
}

impl<I: Value> Default for Parallel<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Value> fmt::Debug for Parallel<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.branches.iter().map(|(key, branch)| (key, branch))).finish()
    }
}

/// A [`Parallel`] step as a chain: keys and runnables that all take the same input.
///
/// ```
/// use thalweg_core::{Chain, parallel, passthrough};
///
/// let chain = parallel! {
///     "text": passthrough::<String>(),
///     "length": |text: String| text.len(),
/// };
/// assert_eq!(chain.name(), "RunnableParallel<text,length>");
/// assert_eq!(chain.invoke_blocking("abc")?.get("length"), Some(&3.into()));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[macro_export]
macro_rules! parallel {
    ($($key:literal : $runnable:expr),* $(,)?) => {
        $crate::runnable::Parallel::new()$(.branch($key, $runnable))*.into_chain()
    };
}

impl<I: Value> Runnable<I> for Parallel<I> {
    type Out = Map;

    fn name(&self) -> Cow<'_, str> {
        keyed_name("RunnableParallel", self.keys()).into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn runs_code(&self) -> bool {
        self.branches.iter().any(|(_, branch)| branch.kind().is_none())
    }

    fn output_schema(&self) -> Dynamic {
        let properties = self.branches.iter().map(|(key, branch)| (key.clone(), branch.output_schema()));
        object_schema(properties.collect())
    }

    fn parts(&self) -> Parts {
        Parts::Beside(self.branches.iter().map(|(key, branch)| (key.clone(), branch.describe())).collect())
    }

    async fn run(&self, input: I, context: Context) -> Result<Map> {
        let mut calls = Vec::with_capacity(self.branches.len());
        for (key, branch) in &self.branches {
            calls.push(invoke_step(branch.stage(), input.clone(), of_branch(&context, key)));
        }
        let mut calls = Fanout::new(&context, calls.into_iter());
        let mut outputs: Vec<_> = self.branches.iter().map(|_| None).collect();
        let mut failed = None;
        while let Some((index, output)) = calls.next().await {
            match output {
                Ok(output) => {
                    if let Some(slot) = outputs.get_mut(index) {
                        *slot = Some(output);
                    }
                }
                // langchain-core lets the others come to their ends and reports the first by position.
                Err(error) if context.is_compat() => {
                    if failed.as_ref().is_none_or(|(first, _)| index < *first) {
                        failed = Some((index, error));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        if let Some((_, error)) = failed {
            return Err(error);
        }
        let keys = self.branches.iter().map(|(key, _)| key.clone());
        Ok(keys.zip(outputs.into_iter().flatten()).collect())
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Map> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Map> {
        // langchain-core's limit holds for single calls into the branches, which makes no difference to what they do.
        let turns = if context.is_compat() { Turns::unlimited() } else { Turns::new(&context) };
        let inputs = tee(input, self.branches.len());
        let streams = self.branches.iter().zip(inputs).map(|((key, branch), input)| {
            Arc::clone(branch.stage()).transform(input, of_branch(&context, key))
        });
        let lanes = Merge::new(turns, streams);
        let empty = vec![true; self.branches.len()];
        // In langchain-core's asynchronous methods the branches are tasks, which others get a turn before.
        let waits = context.is_compat() && !context.is_compat_sync();
        ChunkStream::new(Beside { lanes, empty, parallel: self, compat: context.is_compat(), waits })
    }
}

/// The context of a branch; a call's options are not for them.
fn of_branch(context: &Context, key: &Text) -> Context {
    context.without_options().step(StepTag::Key(key.clone()))
}

/// The chunks of all branches, each as an object of one entry.
struct Beside<I: Value> {
    lanes: Merge<ChunkStream<Dynamic>>,
    /// Of which branches nothing has come.
    empty: Vec<bool>,
    parallel: Arc<Parallel<I>>,
    compat: bool,
    /// Whether others get a turn before the branches start.
    waits: bool,
}

impl<I: Value> Unpin for Beside<I> {}

impl<I: Value> Stream for Beside<I> {
    type Item = Result<Map>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if std::mem::take(&mut this.waits) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            let Some((index, item)) = ready!(Pin::new(&mut this.lanes).poll_next(cx)) else {
                return Poll::Ready(None);
            };
            let (Some(empty), Some((key, _))) =
                (this.empty.get_mut(index), this.parallel.branches.get(index))
            else {
                continue;
            };
            match item {
                Some(Ok(chunk)) => {
                    *empty = false;
                    let replaces = this.lanes.lane(index).is_some_and(ChunkStream::is_snapshots);
                    return Poll::Ready(Some(Ok(piece(key, chunk, replaces))));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                // An invocation would have no output for this key either.
                None if *empty && !this.compat => {
                    return Poll::Ready(Some(Err(empty_stream::<Dynamic>().with("branch", key.clone()))));
                }
                None => {}
            }
        }
    }
}

/// A piece of the output: a chunk under its key.
fn piece(key: &Text, chunk: Dynamic, replaces: bool) -> Map {
    let piece: Map = [(key.clone(), chunk)].into_iter().collect();
    if replaces { piece.replacing() } else { piece.additive() }
}
