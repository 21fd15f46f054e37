//! [`Value`] and [`Fold`]: what a type must tell to flow through a chain, whole and in chunks.

use super::{Dynamic, Map};

/// A type that flows between runnables: how it streams, how its chunks add up, how events show it.
///
/// A stream of a `Value` is a stream of its [`Chunk`](Value::Chunk)s. Folding all chunks of a stream gives the
/// value that an invocation would have returned.
///
/// Implemented for texts (chunks append), messages (their own chunk type and rules), numbers, lists, options,
/// documents and [`Dynamic`] (the rule fits the value at hand). For a type of your own that only ever arrives
/// whole, [`whole_value!`](crate::whole_value) writes the implementation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot flow through a chain",
    label = "`{Self}` is no `Value`",
    note = "a type of your own becomes a value by `whole_value!(..)`; of another one, give what it is made of",
    note = "a closure that is async or returns a future enters as `lambda(..)`, a function over streams as \
            `generator(..)`"
)]
pub trait Value: Clone + Send + Sync + 'static {
    /// What a stream of this type carries.
    type Chunk: Clone + Send + Sync + 'static;
    /// The accumulator of chunks.
    type Fold: Fold<Self::Chunk>;

    /// The value as the only chunk of a stream.
    fn into_chunk(self) -> Self::Chunk;

    /// The value of a finished stream, from the sum of its chunks; `None` if the stream was empty.
    ///
    /// # Errors
    /// When the chunks do not make a value, an empty stream for most types.
    fn from_sum(sum: Option<Self::Chunk>) -> Result<Self, crate::Error>;

    /// The value as events show it.
    fn to_dynamic(&self) -> Dynamic;

    /// A chunk as events show it.
    fn chunk_to_dynamic(chunk: &Self::Chunk) -> Dynamic;

    /// The type as a JSON schema, as far as it is known; one with nothing but the type's name unless overridden.
    fn schema() -> Dynamic {
        let full = std::any::type_name::<Self>();
        let path = full.split('<').next().unwrap_or(full);
        schema("title", path.rsplit("::").next().unwrap_or(path))
    }
}

/// The schema of an object with these properties, all of which are there.
pub(crate) fn object_schema(properties: Map) -> Dynamic {
    let required: Dynamic = properties.keys().cloned().collect::<Vec<_>>().into();
    let entries =
        [("type", Dynamic::from("object")), ("properties", properties.into()), ("required", required)];
    entries.into_iter().collect::<Map>().into()
}

/// A schema of one entry.
pub(crate) fn schema(key: &'static str, value: impl Into<Dynamic>) -> Dynamic {
    Dynamic::Map([(key, value.into())].into_iter().collect())
}

/// Adds up the chunks of one stream; each [`push`](Fold::push) costs amortised constant time beside the chunk's
/// own length.
pub trait Fold<C>: Default + Send + 'static {
    /// Takes the next chunk into account. A chunk that cannot be added replaces what was there; then the
    /// result is false.
    fn push(&mut self, chunk: &C) -> bool;

    /// The sum; `None` if there was no chunk.
    fn finish(self) -> Option<C>;
}

/// The [`Fold`] of types whose stream has one chunk, or whose last chunk counts.
#[derive(Debug)]
pub struct Last<C>(Option<C>);

impl<C> Default for Last<C> {
    fn default() -> Self {
        Self(None)
    }
}

impl<C: Clone + Send + 'static> Fold<C> for Last<C> {
    fn push(&mut self, chunk: &C) -> bool {
        self.0 = Some(chunk.clone());
        true
    }

    fn finish(self) -> Option<C> {
        self.0
    }
}

/// The error for a stream that ended without a chunk where a `T` was needed.
pub fn empty_stream<T>() -> crate::Error {
    crate::Error::new(crate::ErrorKind::EmptyStream, "the stream ended without a chunk")
        .with("expected", std::any::type_name::<T>())
}

/// The value for nothing, if `T` is dynamic.
pub(crate) fn null<T: 'static>() -> Option<T> {
    let mut null = Some(Dynamic::Null);
    let any: &mut dyn std::any::Any = &mut null;
    any.downcast_mut::<Option<T>>().and_then(Option::take)
}
