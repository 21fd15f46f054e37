//! [`Chain::each`]: a chain for every element of a list.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::batched::Mode;
use super::fanout::{Turn, Turns};
use super::{Chain, Parts, Runnable, Stage, Streaming};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, List, Text, Value};

impl<I: Value, O: Value> Chain<I, O> {
    /// This chain for every element of a list: the outputs as a list, in the order of the inputs.
    ///
    /// The elements run beside each other, within the tree's limit; if one fails, the others are cancelled. Streamed,
    /// each output comes as soon as it and all before it are there, and elements of a list that is streamed itself start
    /// as they come. The run is named `RunnableEach<…>` after this chain.
    ///
    /// ```
    /// use thalweg_core::Chain;
    ///
    /// let lengths = Chain::new(|text: String| text.len()).each();
    /// assert_eq!(lengths.invoke_blocking(vec!["a".to_owned(), "bc".to_owned()])?, [1, 2]);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn each(self) -> Chain<Vec<I>, Vec<O>> {
        Each::new(self).into_chain()
    }
}

impl Chain<Dynamic, Dynamic> {
    /// As [`Chain::each`], over dynamic lists. As in Python, the elements of a text are its characters, those of an
    /// object its keys.
    ///
    /// ```
    /// use thalweg_core::{Chain, value::Dynamic};
    ///
    /// let texts = Chain::new(|value: Dynamic| Dynamic::from(value.to_string())).each_dynamic();
    /// assert_eq!(texts.invoke_blocking(vec![1, 2])?, Dynamic::from(vec!["1", "2"]));
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn each_dynamic(self) -> Chain<Dynamic, Dynamic> {
        Each::new(self).into_chain()
    }
}

struct Each<I, O> {
    name: String,
    bound: Chain<I, O>,
}

impl<I: Value, O: Value> Each<I, O> {
    fn new(bound: Chain<I, O>) -> Self {
        Self { name: format!("RunnableEach<{}>", bound.stage().class()), bound }
    }

    async fn all(&self, elements: Vec<I>, context: &Context) -> Result<Vec<O>> {
        let calls = elements.into_iter().map(|element| (element, context.clone())).collect();
        self.bound.stage().batch(calls, Mode::FailFast).await?.into_iter().collect()
    }

    fn streamed(&self, elements: Elements<I>, context: Context) -> Outputs<I, O> {
        let turns = Turns::new(&context);
        let stage = Arc::clone(self.bound.stage());
        Outputs {
            running: FuturesUnordered::new(),
            elements,
            waiting: VecDeque::new(),
            turns,
            started: 0,
            done: BTreeMap::new(),
            given: 0,
            stage,
            context,
        }
    }
}

impl<I: Value, O: Value> Runnable<Vec<I>> for Each<I, O> {
    type Out = Vec<O>;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn streaming_in(&self, context: &Context) -> Streaming {
        // langchain-core's takes and gives whole lists.
        if context.is_compat() { Streaming::Whole } else { Streaming::Through }
    }

    fn parts(&self) -> Parts {
        Parts::Around("each", Box::new(self.bound.describe()))
    }

    async fn run(&self, input: Vec<I>, context: Context) -> Result<Vec<O>> {
        self.all(input, &context).await
    }

    fn run_stream(self: Arc<Self>, input: Vec<I>, context: Context) -> ChunkStream<Vec<O>> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<Vec<I>>, context: Context) -> ChunkStream<Vec<O>> {
        let outputs = self.streamed(Elements::Coming(input, Vec::new()), context);
        let list = |output: Option<O>| output.into_iter().collect::<Vec<O>>();
        ChunkStream::new(Gathered { outputs, empty: true, list })
    }
}

impl Runnable<Dynamic> for Each<Dynamic, Dynamic> {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    fn streaming_in(&self, context: &Context) -> Streaming {
        if context.is_compat() { Streaming::Whole } else { Streaming::Output }
    }

    fn parts(&self) -> Parts {
        Parts::Around("each", Box::new(self.bound.describe()))
    }

    async fn run(&self, input: Dynamic, context: Context) -> Result<Dynamic> {
        Ok(Dynamic::List(self.all(elements(input)?, &context).await?.into()))
    }

    fn run_stream(self: Arc<Self>, input: Dynamic, context: Context) -> ChunkStream<Dynamic> {
        match elements(input) {
            Ok(elements) => {
                let outputs = self.streamed(Elements::There(elements), context);
                let list = |output: Option<Dynamic>| Dynamic::List(output.into_iter().collect::<List>());
                ChunkStream::new(Gathered { outputs, empty: true, list })
            }
            Err(error) => ChunkStream::fail(error),
        }
    }
}

/// What Python iterates over.
fn elements(input: Dynamic) -> Result<Vec<Dynamic>> {
    match input {
        Dynamic::List(list) => Ok(list.into()),
        Dynamic::Text(text) => Ok(text.chars().map(|c| Text::from(c).into()).collect()),
        Dynamic::Map(map) => Ok(map.keys().cloned().map(Dynamic::from).collect()),
        other => Err(Error::input_type("each", "a list", other.type_name())),
    }
}

/// How many elements may wait for their turn before no more are read.
const AHEAD: usize = 128;

/// Where the elements come from.
enum Elements<I: Value> {
    /// A list that is streamed; if its chunks are snapshots, the last one.
    Coming(ChunkStream<Vec<I>>, Vec<I>),
    /// A list that is there.
    There(Vec<I>),
    /// No further ones.
    Over,
}

type Running<O> = BoxFuture<'static, (usize, Turn, Result<O>)>;

/// The outputs in the order of their elements, each as soon as it is there.
struct Outputs<I: Value, O: Value> {
    running: FuturesUnordered<Running<O>>,
    elements: Elements<I>,
    /// Elements that have not started.
    waiting: VecDeque<I>,
    turns: Turns,
    started: usize,
    /// Outputs for which one before is missing.
    done: BTreeMap<usize, O>,
    given: usize,
    stage: Arc<dyn Stage<I, O>>,
    context: Context,
}

impl<I: Value, O: Value> Unpin for Outputs<I, O> {}

impl<I: Value, O: Value> Outputs<I, O> {
    /// Takes a chunk of the elements, unless enough of them wait for their turn; whether there was one.
    fn read(&mut self, cx: &mut Poller<'_>) -> Result<bool> {
        if self.waiting.len() >= AHEAD {
            return Ok(false);
        }
        match &mut self.elements {
            Elements::Over => return Ok(false),
            Elements::There(elements) => {
                self.waiting.extend(std::mem::take(elements));
                self.elements = Elements::Over;
            }
            Elements::Coming(input, last) => match Pin::new(&mut *input).poll_next(cx) {
                // An element may change until the last snapshot is there.
                Poll::Ready(Some(chunk)) if input.is_snapshots() => *last = chunk?,
                Poll::Ready(Some(chunk)) => self.waiting.extend(chunk?),
                Poll::Ready(None) => self.elements = Elements::There(std::mem::take(last)),
                Poll::Pending => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Starts elements whose turn has come.
    fn start(&mut self, cx: &mut Poller<'_>) {
        while !self.waiting.is_empty() {
            let Poll::Ready(turn) = self.turns.poll_turn(cx) else { return };
            let Some(element) = self.waiting.pop_front() else { return };
            let (stage, context, index) = (Arc::clone(&self.stage), self.context.clone(), self.started);
            self.started += 1;
            self.running.push(Box::pin(async move {
                let output = stage.invoke(element, context).await;
                (index, turn, output)
            }));
        }
        self.turns.stop();
    }
}

impl<I: Value, O: Value> Stream for Outputs<I, O> {
    type Item = Result<O>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(output) = this.done.remove(&this.given) {
                this.given += 1;
                return Poll::Ready(Some(Ok(output)));
            }
            let read = match this.read(cx) {
                Ok(read) => read,
                Err(error) => return Poll::Ready(Some(Err(error))),
            };
            this.start(cx);
            match Pin::new(&mut this.running).poll_next(cx) {
                Poll::Ready(Some((index, turn, output))) => {
                    this.turns.give_back(turn);
                    match output {
                        Ok(output) => this.done.insert(index, output),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                }
                // An input that is always ready does not keep those that run from their turn.
                Poll::Ready(None) | Poll::Pending if read => {}
                Poll::Ready(None) if matches!(this.elements, Elements::Over) => return Poll::Ready(None),
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// Outputs as chunks of a list; a list without elements is one chunk too.
struct Gathered<S, F> {
    outputs: S,
    empty: bool,
    list: F,
}

impl<S, F> Unpin for Gathered<S, F> {}

impl<O, C, S, F> Stream for Gathered<S, F>
where
    S: Stream<Item = Result<O>> + Unpin,
    F: Fn(Option<O>) -> C,
{
    type Item = Result<C>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let next = std::task::ready!(Pin::new(&mut self.outputs).poll_next(cx));
        let empty = std::mem::take(&mut self.empty);
        Poll::Ready(match next {
            Some(output) => Some(output.map(|output| (self.list)(Some(output)))),
            None => empty.then(|| Ok((self.list)(None))),
        })
    }
}
