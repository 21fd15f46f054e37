//! [`pick`] and [`pick_keys`]: entries of an object.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::parallel::keyed_name;
use super::{Chain, Runnable, Streaming};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::stream::{ChunkSource, ChunkStream};
use crate::value::{Dynamic, Map, Text, Value, Vars};

/// A step that takes the value at `key` out of an object; `null` if there is none. Its run is named
/// `RunnablePick<key>`.
///
/// Of an object that is streamed in pieces it streams the pieces of that value. Of one whose chunks replace each other
/// it gives the last.
///
/// ```
/// use thalweg_core::{Chain, pick, value::Dynamic, vars};
///
/// let chain = Chain::new(|name: String| vars! { "name": name, "age": 7 }) | pick("age");
/// assert_eq!(chain.invoke_blocking("Ada")?, Dynamic::Int(7));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn pick<I: Value + Value<Chunk = I> + Vars>(key: impl Into<Text>) -> Chain<I, Dynamic> {
    Pick::new(Keys::One(key.into())).into_chain()
}

/// A step that takes the entries with these keys out of an object, as an object of those that are there, in the order of
/// the keys; `null` if none is. Its run is named `RunnablePick<a,b>`.
///
/// ```
/// use thalweg_core::{Chain, pick_keys, vars};
///
/// let chain = Chain::new(|name: String| vars! { "name": name, "age": 7 }) | pick_keys(["age"]);
/// assert_eq!(chain.invoke_blocking("Ada")?, vars! { "age": 7 }.into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn pick_keys<I, K>(keys: impl IntoIterator<Item = K>) -> Chain<I, Dynamic>
where
    I: Value + Value<Chunk = I> + Vars,
    K: Into<Text>,
{
    Pick::new(Keys::Many(keys.into_iter().map(Into::into).collect())).into_chain()
}

struct Pick {
    name: String,
    keys: Keys,
}

enum Keys {
    One(Text),
    Many(Vec<Text>),
}

impl<I: Value, O: Value + Value<Chunk = O> + Vars> Chain<I, O> {
    /// This chain, then [`pick`] on its output.
    ///
    /// ```
    /// use thalweg_core::{parallel, value::Dynamic};
    ///
    /// let chain = parallel! { "length": |text: String| text.len() }.pick("length");
    /// assert_eq!(chain.invoke_blocking("abc")?, Dynamic::Int(3));
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn pick(self, key: impl Into<Text>) -> Chain<I, Dynamic> {
        self.then(pick(key))
    }
}

impl Pick {
    fn new(keys: Keys) -> Self {
        let list = match &keys {
            Keys::One(key) => std::slice::from_ref(key),
            Keys::Many(keys) => keys,
        };
        Self { name: keyed_name("RunnablePick", list.iter()), keys }
    }

    /// What is picked of an object, and whether it takes the place of what was picked before.
    fn of(&self, map: &Map) -> (Dynamic, bool) {
        match &self.keys {
            Keys::One(key) => {
                let adds = map.is_additive() && !map.is_replacing();
                (map.get(key).cloned().unwrap_or_default(), !adds)
            }
            Keys::Many(keys) => {
                let part = |key: &Text| Some((key.clone(), map.get(key)?.clone()));
                let picked: Map = keys.iter().filter_map(part).collect();
                if picked.is_empty() {
                    return (Dynamic::Null, false);
                }
                let picked = match (map.is_replacing(), map.is_additive()) {
                    (true, _) => picked.replacing(),
                    (false, true) => picked.additive(),
                    (false, false) => return (picked.into(), true),
                };
                (picked.into(), false)
            }
        }
    }
}

/// The value as an object.
pub(super) fn object<T: Vars>(value: T, step: &str) -> Result<Map> {
    value.into_vars().map_err(|other| Error::input_type(step, "an object", other.type_name()))
}

impl<I: Value + Value<Chunk = I> + Vars> Runnable<I> for Pick {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, _context: Context) -> Result<Dynamic> {
        Ok(self.of(&object(input, "pick")?).0)
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<Dynamic> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        let compat = context.is_compat();
        // langchain-core hands on whatever comes, and where nothing is picked it gives nothing.
        let picking = Picking { input, pick: self, compat, held: None, nothing: !compat };
        ChunkStream::of_source(picking)
    }
}

struct Picking<I: Value> {
    input: ChunkStream<I>,
    pick: Arc<Pick>,
    compat: bool,
    /// What may yet be replaced is kept back, unless that is what all chunks of the input do.
    held: Option<Dynamic>,
    /// Whether nothing has been given, and it matters.
    nothing: bool,
}

impl<I: Value> Unpin for Picking<I> {}

impl<I: Value + Value<Chunk = I> + Vars> ChunkSource<Dynamic> for Picking<I> {
    fn is_snapshots(&self) -> bool {
        !self.compat && self.input.is_snapshots()
    }
}

impl<I: Value + Value<Chunk = I> + Vars> Stream for Picking<I> {
    type Item = Result<Dynamic>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let chunk = match ready!(Pin::new(&mut this.input).poll_next(cx)) {
                Some(Ok(chunk)) => chunk,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    let nothing = std::mem::take(&mut this.nothing);
                    let last = this.held.take().or_else(|| nothing.then_some(Dynamic::Null));
                    return Poll::Ready(last.map(Ok));
                }
            };
            let (picked, replaces) = match object(chunk, "pick") {
                Ok(map) => this.pick.of(&map),
                Err(error) => return Poll::Ready(Some(Err(error))),
            };
            if replaces && !this.compat && !this.input.is_snapshots() {
                this.held = Some(picked).filter(|picked| !picked.is_null());
            } else if !picked.is_null() {
                this.nothing = false;
                return Poll::Ready(Some(Ok(picked)));
            }
        }
    }
}
