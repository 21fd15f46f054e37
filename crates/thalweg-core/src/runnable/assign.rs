//! [`Assign`]: an object with further entries.

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;

use super::parallel::{Parallel, keyed_name};
use super::pick::object;
use super::tee::tee;
use super::{Chain, Parts, Runnable, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::{Dynamic, Map, Text, Value, Vars};

/// A step that hands on an object with further entries, each the output of a runnable on the object;
/// [`assign!`](crate::assign) writes one down.
///
/// Streamed, the input's entries pass as they come, and those of the runnables beside them, as pieces that add up. The
/// run is named `RunnableAssign<a,b>`, and the runnables run in a [`Parallel`] step inside it.
///
/// ```
/// use thalweg_core::runnable::Assign;
/// use thalweg_core::{value::Map, vars};
///
/// let chain = Assign::new().key("count", |input: Map| input.len()).into_chain();
/// assert_eq!(chain.invoke_blocking(vars! { "a": 1 })?, vars! { "a": 1, "count": 1 });
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct Assign<I> {
    entries: Parallel<I>,
}

impl<I: Value> Assign<I> {
    /// No further entries yet.
    pub fn new() -> Self {
        Self { entries: Parallel::new() }
    }

    /// Adds an entry; another one of this key is replaced.
    #[must_use]
    pub fn key<R: Runnable<I>>(mut self, key: impl Into<Text>, runnable: R) -> Self {
        self.entries = self.entries.branch(key, runnable);
        self
    }
}

impl<I: Value + Value<Chunk = I> + Vars + From<Map>> Assign<I> {
    /// The step as a chain.
    pub fn into_chain(self) -> Chain<I, I> {
        let name = keyed_name("RunnableAssign", self.entries.keys());
        let keys = self.entries.keys().cloned().collect();
        Assigning { name, keys, mapper: self.entries.into_chain() }.into_chain()
    }
}

impl<I: Value> Default for Assign<I> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Value> fmt::Debug for Assign<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Assign").field(&self.entries).finish()
    }
}

/// An [`Assign`] step as a chain: keys and runnables that take the object which they add to.
///
/// ```
/// use thalweg_core::{assign, value::Map, vars};
///
/// let chain = assign! { "count": |input: Map| input.len() };
/// assert_eq!(chain.name(), "RunnableAssign<count>");
/// assert_eq!(chain.invoke_blocking(vars! { "a": 1 })?, vars! { "a": 1, "count": 1 });
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[macro_export]
macro_rules! assign {
    ($($key:literal : $runnable:expr),* $(,)?) => {
        $crate::runnable::Assign::new()$(.key($key, $runnable))*.into_chain()
    };
}

impl<I: Value, O: Value + Value<Chunk = O> + Vars + From<Map>> Chain<I, O> {
    /// This chain, then `runnable` on its output, an object, which gets the result as another entry.
    ///
    /// ```
    /// use thalweg_core::{parallel, value::Map, vars};
    ///
    /// let chain = parallel! { "text": |text: String| text }.assign("entries", |map: Map| map.len());
    /// assert_eq!(chain.invoke_blocking("a")?, vars! { "text": "a", "entries": 1 });
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn assign<R: Runnable<O>>(self, key: impl Into<Text>, runnable: R) -> Chain<I, O> {
        self.then(Assign::new().key(key, runnable).into_chain())
    }
}

struct Assigning<I> {
    name: String,
    keys: Arc<[Text]>,
    mapper: Chain<I, Map>,
}

impl<I: Value + Value<Chunk = I> + Vars + From<Map>> Runnable<I> for Assigning<I> {
    type Out = I;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn output_schema(&self) -> Dynamic {
        self.mapper.output_schema()
    }

    fn parts(&self) -> Parts {
        Parts::Around("assign", Box::new(self.mapper.describe()))
    }

    async fn run(&self, input: I, context: Context) -> Result<I> {
        let mut map = object(input.clone(), "assign")?;
        let entries = self.mapper.stage().invoke(input, context.without_options()).await?;
        for (key, value) in entries {
            map.insert(key, value);
        }
        Ok(map.into())
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<I> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<I> {
        let mut inputs = tee(input, 2).into_iter();
        let own = inputs.next();
        let added = inputs
            .next()
            .map(|input| Arc::clone(self.mapper.stage()).transform(input, context.without_options()));
        let keys = Arc::clone(&self.keys);
        let order = Order::of(&context);
        ChunkStream::of_source(Adding {
            added,
            own,
            keys,
            order,
            held: None,
            first: None,
            added_next: false,
            begun: false,
        })
    }
}

/// The input's entries and the added ones. What is made of the input comes before the input, so that it is dropped
/// first.
struct Adding<I: Value> {
    added: Option<ChunkStream<Map>>,
    own: Option<ChunkStream<I>>,
    /// The keys of what is added.
    keys: Arc<[Text]>,
    order: Order,
    /// An object that another one may yet replace.
    held: Option<Map>,
    /// langchain-core asks for the first added chunk at once, and gives it when the input has ended.
    first: Option<Result<Map>>,
    /// Whose turn it is.
    added_next: bool,
    /// Whether somebody has asked for a chunk.
    begun: bool,
}

/// In what order the two sides are handed on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    AsTheyCome,
    /// As in langchain-core's synchronous methods.
    OwnFirst,
    /// As in its asynchronous ones, where what is added is made in a task of its own, which gets a turn for each chunk.
    Beside,
}

impl Order {
    fn of(context: &Context) -> Self {
        match (context.is_compat(), context.is_compat_sync()) {
            (false, _) => Self::AsTheyCome,
            (true, true) => Self::OwnFirst,
            (true, false) => Self::Beside,
        }
    }
}

impl<I: Value> Unpin for Adding<I> {}

impl<I: Value + Value<Chunk = I> + Vars> Adding<I> {
    /// The next piece of the input's own entries; `None` at its end.
    fn poll_own(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Map>>> {
        while let Some(own) = &mut self.own {
            let Poll::Ready(next) = Pin::new(&mut *own).poll_next(cx) else { return Poll::Pending };
            let snapshot = own.is_snapshots();
            let map = match next {
                Some(Ok(chunk)) => object(chunk, "assign"),
                Some(Err(error)) => Err(error),
                None => {
                    self.own = None;
                    break;
                }
            };
            match map {
                Ok(map) => {
                    if let Some(piece) = self.piece(map, snapshot) {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    if self.order == Order::Beside {
                        self.poll_ahead(cx);
                    }
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        Poll::Ready(self.held.take().map(|held| Ok(held.additive())))
    }

    /// The part of an object that is handed on, unless it has to be kept back.
    fn piece(&mut self, map: Map, snapshot: bool) -> Option<Map> {
        let (additive, replacing) = (map.is_additive(), map.is_replacing() || snapshot);
        let kept: Map = map.into_iter().filter(|(key, _)| !self.keys.contains(key)).collect();
        if self.order != Order::AsTheyCome || (additive && !replacing) {
            Some(kept.additive()).filter(|kept| !kept.is_empty())
        } else if replacing {
            Some(kept.replacing()).filter(|kept| !kept.is_empty())
        } else {
            self.held = Some(kept).filter(|kept| !kept.is_empty());
            None
        }
    }

    fn poll_added(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Map>>> {
        let Some(added) = &mut self.added else { return Poll::Ready(None) };
        let next = Pin::new(added).poll_next(cx);
        if matches!(next, Poll::Ready(None)) {
            self.added = None;
        }
        next
    }
}

impl<I: Value + Value<Chunk = I> + Vars> Adding<I> {
    /// langchain-core's order: what is added comes when the input has ended, but its start does not wait for that.
    fn poll_in_turn(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Map>>> {
        match self.poll_own(cx) {
            Poll::Ready(None) => {}
            piece @ Poll::Ready(Some(_)) => return piece,
            Poll::Pending => {
                self.poll_ahead(cx);
                return Poll::Pending;
            }
        }
        match self.first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => self.poll_added(cx),
        }
    }

    /// As [`Adding::poll_in_turn`], where what is added goes on while the input's chunks are handed on.
    fn poll_beside(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Map>>> {
        if std::mem::replace(&mut self.begun, true) && self.own.is_some() {
            self.poll_ahead(cx);
        }
        self.poll_in_turn(cx)
    }

    /// Asks for the first added chunk, for later.
    fn poll_ahead(&mut self, cx: &mut Poller<'_>) {
        if self.first.is_none()
            && let Poll::Ready(first) = self.poll_added(cx)
        {
            self.first = first;
        }
    }

    /// Whatever is there, each side in its turn.
    fn poll_any(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Map>>> {
        self.added_next = !self.added_next;
        let (first, second) = if self.added_next {
            match self.poll_own(cx) {
                piece @ Poll::Ready(Some(_)) => return piece,
                own => (own, self.poll_added(cx)),
            }
        } else {
            match self.poll_added(cx) {
                piece @ Poll::Ready(Some(_)) => return piece,
                added => (added, self.poll_own(cx)),
            }
        };
        if first.is_pending() && matches!(second, Poll::Ready(None)) { Poll::Pending } else { second }
    }
}

impl<I: Value + Value<Chunk = I> + Vars + From<Map>> Stream for Adding<I> {
    type Item = Result<I>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let next = match self.order {
            Order::AsTheyCome => self.poll_any(cx),
            Order::OwnFirst => self.poll_in_turn(cx),
            Order::Beside => self.poll_beside(cx),
        };
        next.map_ok(I::from)
    }
}

impl<I: Value + Value<Chunk = I> + Vars + From<Map>> ChunkSource<I> for Adding<I> {
    fn is_snapshots(&self) -> bool {
        false
    }

    fn told(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) {
        if self.order == Order::Beside && self.own.is_some() {
            self.poll_ahead(cx);
        }
    }
}
