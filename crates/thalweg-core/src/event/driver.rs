//! [`Driver`]: drives a call and hands out what is told meanwhile.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::{Event, EventKind, Listener, Queue, Wants};
use crate::config::Config;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::run::Run;
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Value};

/// What a call tells its reader.
pub(crate) enum Told {
    /// Something happened to a run.
    Event(Event),
    /// The call itself gave a chunk. Only for those who want the chunks too.
    Chunk(Chunk),
}

/// A chunk of the call itself.
pub(crate) struct Chunk {
    pub(crate) value: Dynamic,
    /// Whether it is the whole output so far.
    pub(crate) is_snapshot: bool,
}

/// A call that is driven by whoever reads what it tells.
///
/// All events of a chunk come before the chunk. A failed call's error is the last item. Dropping the driver cancels
/// the call.
pub(crate) struct Driver {
    drive: Option<Pin<Box<dyn Drive>>>,
    queue: Arc<Queue>,
    /// What the reader has taken from the queue and not read yet.
    taken: VecDeque<Event>,
    chunk: Option<Chunk>,
    failed: Option<Error>,
}

impl Driver {
    /// Drives the call that `call` makes with the context it is given.
    pub(crate) fn new<O: Value>(
        context: &Context,
        wants: Wants,
        call: impl FnOnce(Context) -> ChunkStream<O>,
    ) -> Self {
        let chunks = match &wants {
            Wants::Log(_) => Chunks::HandOut,
            Wants::Events(_) if context.is_compat() => Chunks::Tell { began: false, root: None },
            Wants::Events(_) | Wants::Models(_) => Chunks::Drop,
        };
        let queue = Arc::new(Queue::new(wants));
        let listener: Arc<dyn Listener> = Arc::clone(&queue) as Arc<dyn Listener>;
        let stream = call(context.with_config(&Config::new().listener(listener)));
        let root = Root { stream, queue: Arc::clone(&queue), chunks };
        Self { drive: Some(Box::pin(root)), queue, taken: VecDeque::new(), chunk: None, failed: None }
    }

    /// Cancels the call. What is still waiting, and the events of the cancellation, can be read on.
    pub(crate) fn cancel(&mut self) {
        self.over();
    }

    /// The call is over. What it has left behind in tasks of its own is neither waited for nor heard any more.
    fn over(&mut self) {
        self.drive = None;
        self.queue.close();
    }

    pub(crate) fn is_running(&self) -> bool {
        self.drive.is_some()
    }

    pub(crate) fn poll_told(&mut self, cx: &mut Poller<'_>) -> Poll<Option<Result<Told>>> {
        loop {
            if let Some(event) = self.next_taken() {
                return Poll::Ready(Some(Ok(Told::Event(event))));
            }
            match ready!(self.poll_more(cx)) {
                More::Events => {}
                More::Chunk(chunk) => return Poll::Ready(Some(Ok(Told::Chunk(chunk)))),
                More::Over(failed) => return Poll::Ready(failed.map(Err)),
            }
        }
    }

    /// The next of the events that have been taken from the queue.
    #[inline]
    pub(super) fn next_taken(&mut self) -> Option<Event> {
        self.taken.pop_front()
    }

    /// Drives the call until there is something to read, when nothing is left that has been taken.
    pub(super) fn poll_more(&mut self, cx: &mut Poller<'_>) -> Poll<More> {
        loop {
            if self.queue.take(&mut self.taken) {
                return Poll::Ready(More::Events);
            }
            if let Some(chunk) = self.chunk.take() {
                return Poll::Ready(More::Chunk(chunk));
            }
            let Some(drive) = &mut self.drive else {
                return Poll::Ready(More::Over(self.failed.take()));
            };
            match self.queue.polling(|| drive.as_mut().poll_drive(cx)) {
                Poll::Ready(Some(Ok(chunk))) => self.chunk = chunk,
                Poll::Ready(Some(Err(error))) => {
                    self.failed = Some(error);
                    self.over();
                }
                Poll::Ready(None) => self.over(),
                Poll::Pending => {
                    if self.queue.register(cx.waker()) {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

/// What there is to read next.
pub(super) enum More {
    /// Events, which have been taken from the queue.
    Events,
    Chunk(Chunk),
    /// Nothing: the call is over, and has failed with this.
    Over(Option<Error>),
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.over();
        // What nobody will read holds runs, which hold the queue.
        self.taken.clear();
        self.queue.take(&mut self.taken);
    }
}

/// A call that can be driven without knowing what it gives.
trait Drive: Send {
    fn poll_drive(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Result<Option<Chunk>>>>;
}

/// Reads the call's output.
struct Root<O: Value> {
    stream: ChunkStream<O>,
    queue: Arc<Queue>,
    chunks: Chunks,
}

/// What becomes of the chunks of the call itself.
enum Chunks {
    /// The events tell of them.
    Drop,
    /// The reader gets them.
    HandOut,
    /// They are told as events of the root run, as langchain-core does: if it was open when the first one came.
    Tell { began: bool, root: Option<Arc<Run>> },
}

impl<O: Value> Unpin for Root<O> {}

impl<O: Value> Drive for Root<O> {
    fn poll_drive(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Result<Option<Chunk>>>> {
        let this = &mut *self;
        let next = ready!(Pin::new(&mut this.stream).poll_next(cx));
        Poll::Ready(next.map(|chunk| {
            let chunk = chunk?;
            match &mut this.chunks {
                Chunks::Drop => {}
                Chunks::HandOut => {
                    let value = O::chunk_to_dynamic(&chunk);
                    return Ok(Some(Chunk { value, is_snapshot: this.stream.is_snapshots() }));
                }
                Chunks::Tell { began, root } => {
                    if !std::mem::replace(began, true) {
                        *root = this.queue.open_root();
                    }
                    if let Some(run) = root {
                        let kind = EventKind::Stream { chunk: O::chunk_to_dynamic(&chunk) };
                        this.queue.tell_own(run, kind);
                    }
                }
            }
            Ok(None)
        }))
    }
}
