//! [`ChunkStream`]: a stream of the chunks of one value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};
use pin_project_lite::pin_project;

use crate::error::{Error, Result};
use crate::value::{Fold, Value};

/// The chunks of one value of type `T`, as they come. Nothing happens before the first poll, and dropping it
/// cancels what makes it.
///
/// ```
/// use thalweg_core::ChunkStream;
///
/// let stream = ChunkStream::<String>::from_chunks(["Hel".to_owned(), "lo".to_owned()]);
/// let text = futures_util::future::FutureExt::now_or_never(stream.fold()).unwrap()?;
/// assert_eq!(text, "Hello");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct ChunkStream<T: Value> {
    inner: Pin<Box<dyn ChunkSource<T>>>,
    snapshots: Option<bool>,
    /// Whether a chunk has come.
    begun: bool,
    /// The runs that the stream has left behind, the innermost first.
    around: Vec<Around>,
}

/// What a run does to the errors of the stream inside it. Dropped where the run ends.
pub(crate) type Around = Box<dyn Fn(Error) -> Error + Send>;

/// A stream of chunks that knows what its chunks are. Streams that are made of others ask those, since they may not be
/// there before the first chunk is.
pub(crate) trait ChunkSource<T: Value>: Stream<Item = Result<T::Chunk>> + Send {
    /// As [`ChunkStream::is_snapshots`].
    fn is_snapshots(&self) -> bool;

    /// In compat mode, that those who hear the run have been told of the chunk that came last: what langchain-core does in
    /// tasks of its own gets a turn before the chunk is handed on.
    fn told(self: Pin<&mut Self>, cx: &mut Poller<'_>) {
        let _ = cx;
    }

    /// The stream that takes this one's place, if all it does from now on is to hand on that one. Asked once, when the
    /// first chunk has come, so that no later chunk passes through what has nothing to do with it.
    fn rest(self: Pin<&mut Self>) -> Option<ChunkStream<T>> {
        None
    }
}

impl<T: Value> ChunkStream<T> {
    /// A stream of chunks.
    pub fn new(stream: impl Stream<Item = Result<T::Chunk>> + Send + 'static) -> Self {
        Self::of_source(Adding { stream })
    }

    pub(crate) fn of_source(chunks: impl ChunkSource<T> + 'static) -> Self {
        Self { inner: Box::pin(chunks), snapshots: None, begun: false, around: Vec::new() }
    }

    /// A stream with one chunk: the value that `future` gives.
    pub fn once(future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        use futures_util::FutureExt;
        Self::new(stream::once(future.map(|value| value.map(T::into_chunk))))
    }

    /// A stream with one chunk: the one that `future` gives.
    pub fn once_chunk(future: impl Future<Output = Result<T::Chunk>> + Send + 'static) -> Self {
        Self::new(stream::once(future))
    }

    /// The stream that `make` gives, made when it is first polled.
    pub fn lazy(make: impl FnOnce() -> Self + Send + 'static) -> Self {
        Self::after(async move { Ok(make()) })
    }

    /// The stream that a future gives, which is polled when the stream is.
    pub fn after(future: impl Future<Output = Result<Self>> + Send + 'static) -> Self {
        Self::of_source(After::Waiting { future })
    }

    /// A stream with one chunk: this value.
    pub fn of(value: T) -> Self {
        Self::from_chunks([value.into_chunk()])
    }

    /// A stream that only fails.
    pub fn fail(error: Error) -> Self {
        Self::new(stream::iter([Err(error)]))
    }

    /// A stream of chunks that are there already.
    pub fn from_chunks<C>(chunks: C) -> Self
    where
        C: IntoIterator<Item = T::Chunk>,
        C::IntoIter: Send + 'static,
    {
        Self::new(stream::iter(chunks.into_iter().map(Ok)))
    }

    /// Says that each chunk is the whole value so far and replaces the one before, instead of adding to it.
    pub fn snapshots(mut self, snapshots: bool) -> Self {
        self.snapshots = Some(snapshots);
        self
    }

    /// Whether each chunk is the whole value so far. Streams that are only made when they are polled know it when their
    /// first chunk has come.
    pub fn is_snapshots(&self) -> bool {
        self.snapshots.unwrap_or_else(|| self.inner.is_snapshots())
    }

    /// As [`ChunkSource::told`].
    pub(crate) fn told(&mut self, cx: &mut Poller<'_>) {
        self.inner.as_mut().told(cx);
    }

    /// The stream for those to whom chunks are pieces: of snapshots only the last one comes.
    pub(crate) fn settled(self) -> Settled<T> {
        Settled { stream: self, snapshots: None, last: None }
    }

    /// Reads the stream to its end and gives the value that its chunks make.
    ///
    /// # Errors
    /// The stream's own error, or one of kind `EmptyStream` if the type has no value for no chunks.
    pub async fn fold(self) -> Result<T> {
        T::from_sum(self.sum().await?)
    }

    /// Reads the stream to its end and gives the sum of its chunks, if there were any.
    ///
    /// # Errors
    /// The stream's own error.
    pub async fn sum(mut self) -> Result<Option<T::Chunk>> {
        let mut sum = Sum::<T>::default();
        while let Some(chunk) = self.next().await {
            sum.push(&chunk?, || self.is_snapshots());
        }
        Ok(sum.finish())
    }
}

impl<T: Value> ChunkStream<T> {
    /// The same stream with a run around it that has nothing to do with its chunks.
    pub(crate) fn inside(mut self, run: Around) -> Self {
        self.around.push(run);
        self
    }

    /// Ends the stream and, after it, the runs around it.
    fn leave(&mut self, error: Option<Error>) -> Option<Result<T::Chunk>> {
        self.snapshots = Some(self.is_snapshots());
        self.inner = Box::pin(Adding { stream: stream::empty() });
        let around = std::mem::take(&mut self.around).into_iter();
        let located = |error| around.fold(error, |error, run| run(error));
        error.map(located).map(Err)
    }
}

impl<T: Value> Stream for ChunkStream<T> {
    type Item = Result<T::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let next = self.inner.as_mut().poll_next(cx);
        match &next {
            Poll::Ready(Some(Ok(_))) if self.begun => next,
            Poll::Ready(Some(Ok(_))) => {
                self.begun = true;
                if let Some(rest) = self.inner.as_mut().rest() {
                    self.snapshots = self.snapshots.or(rest.snapshots);
                    self.inner = rest.inner;
                    self.around.splice(..0, rest.around);
                }
                next
            }
            Poll::Ready(_) if !self.around.is_empty() => {
                let Poll::Ready(next) = next else { return Poll::Pending };
                Poll::Ready(self.leave(next.and_then(Result::err)))
            }
            _ => next,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<T: Value> fmt::Debug for ChunkStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkStream").field("of", &std::any::type_name::<T>()).finish_non_exhaustive()
    }
}

pin_project! {
    /// Any stream of chunks that add up.
    struct Adding<S> {
        #[pin]
        stream: S,
    }
}

impl<S: Stream> Stream for Adding<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<S::Item>> {
        self.project().stream.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<T: Value, S: Stream<Item = Result<T::Chunk>> + Send> ChunkSource<T> for Adding<S> {
    fn is_snapshots(&self) -> bool {
        false
    }
}

/// A stream whose chunks are pieces.
pub(crate) struct Settled<T: Value> {
    stream: ChunkStream<T>,
    /// Whether those of the stream are not, asked when the first has come.
    snapshots: Option<bool>,
    last: Option<T::Chunk>,
}

impl<T: Value> Unpin for Settled<T> {}

impl<T: Value> Stream for Settled<T> {
    type Item = Result<T::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match ready!(Pin::new(&mut this.stream).poll_next(cx)) {
                Some(Ok(chunk)) if *this.snapshots.get_or_insert_with(|| this.stream.is_snapshots()) => {
                    this.last = Some(chunk);
                }
                None => return Poll::Ready(this.last.take().map(Ok)),
                next => return Poll::Ready(next),
            }
        }
    }
}

pin_project! {
    /// The stream that a future gives.
    #[project = AfterProjection]
    enum After<F, T: Value> {
        Waiting { #[pin] future: F },
        Made { stream: ChunkStream<T> },
    }
}

impl<T: Value, F: Future<Output = Result<ChunkStream<T>>>> Stream for After<F, T> {
    type Item = Result<T::Chunk>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let made = match self.as_mut().project() {
                AfterProjection::Made { stream } => return Pin::new(stream).poll_next(cx),
                AfterProjection::Waiting { future } => ready!(future.poll(cx)),
            };
            let stream = made.unwrap_or_else(ChunkStream::fail);
            self.set(Self::Made { stream });
        }
    }
}

impl<T: Value, F: Future<Output = Result<ChunkStream<T>>> + Send> ChunkSource<T> for After<F, T> {
    fn is_snapshots(&self) -> bool {
        match self {
            Self::Waiting { .. } => false,
            Self::Made { stream } => stream.is_snapshots(),
        }
    }
}

/// The sum of a stream so far, which knows whether chunks add up or replace each other.
pub(crate) struct Sum<T: Value> {
    fold: T::Fold,
    /// Asked when the first chunk comes; chunks that do not add up replace each other from then on.
    snapshots: Option<bool>,
    last: Option<T::Chunk>,
}

impl<T: Value> Default for Sum<T> {
    fn default() -> Self {
        Self { fold: T::Fold::default(), snapshots: None, last: None }
    }
}

impl<T: Value> Sum<T> {
    /// Takes a chunk into account; false if it could not be added and stands for the sum now. `snapshots` says of the
    /// stream, whose first chunk has come, whether its chunks are snapshots.
    pub(crate) fn push(&mut self, chunk: &T::Chunk, snapshots: impl FnOnce() -> bool) -> bool {
        if *self.snapshots.get_or_insert_with(snapshots) {
            self.last = Some(chunk.clone());
            true
        } else {
            self.fold.push(chunk)
        }
    }

    /// As [`Sum::push`]; once a chunk could not be added, the newest chunk counts from then on.
    pub(crate) fn push_final(&mut self, chunk: &T::Chunk, snapshots: impl FnOnce() -> bool) {
        if !self.push(chunk, snapshots) {
            self.snapshots = Some(true);
            self.last = Some(chunk.clone());
        }
    }

    pub(crate) fn finish(self) -> Option<T::Chunk> {
        if self.snapshots == Some(true) { self.last } else { self.fold.finish() }
    }
}
