//! [`EventStream`]: all that happens in a call, as a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as Poller, Poll};

use futures_core::Stream;
use web_time::SystemTime;

use super::queue::Queue;
use super::{Event, EventFilter, EventKind, Listener};
use crate::config::Config;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::stream::ChunkStream;
use crate::value::Value;

/// The events of one call, in the order in which they happen.
///
/// Reading drives the call: it goes on only while the stream is polled, and nothing runs ahead of the reader by more
/// than what one poll gives. If the call fails, its error is the last item, after all events. Dropping the stream
/// cancels the call.
///
/// Made by [`Chain::stream_events`](crate::Chain::stream_events).
#[must_use = "streams do nothing unless polled"]
pub struct EventStream {
    drive: Option<Pin<Box<dyn Drive>>>,
    queue: Arc<Queue>,
    failed: Option<Error>,
}

impl EventStream {
    /// The events of the call that `call` makes with the context it is given.
    pub(crate) fn new<O: Value>(
        context: &Context,
        filter: EventFilter,
        call: impl FnOnce(Context) -> ChunkStream<O>,
    ) -> Self {
        let queue = Arc::new(Queue::new(filter));
        let listener: Arc<dyn Listener> = Arc::clone(&queue) as Arc<dyn Listener>;
        let context = context.with_config(&Config::new().listener(listener));
        let compat = context.is_compat();
        let root = RootTap {
            stream: call(context),
            queue: compat.then(|| Arc::clone(&queue)),
            began: false,
            root: None,
        };
        Self { drive: Some(Box::pin(root)), queue, failed: None }
    }

    /// Cancels the call. The events that are still waiting, and those of the cancellation, can be read on.
    pub fn cancel(&mut self) {
        self.drive = None;
    }
}

impl Stream for EventStream {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.queue.pop() {
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(drive) = &mut this.drive else {
                return Poll::Ready(this.failed.take().map(Err));
            };
            match drive.as_mut().poll_drive(cx) {
                Poll::Ready(Some(Ok(()))) => {}
                Poll::Ready(Some(Err(error))) => {
                    this.failed = Some(error);
                    this.drive = None;
                }
                Poll::Ready(None) => this.drive = None,
                Poll::Pending => {
                    if this.queue.register(cx.waker()) {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.drive = None;
        self.queue.close();
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("running", &self.drive.is_some()).finish_non_exhaustive()
    }
}

/// A call that can be driven without knowing what it gives.
trait Drive: Send {
    fn poll_drive(self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Result<()>>>;
}

/// Reads the call's output. In compat mode it tells the root's chunks as they arrive here.
struct RootTap<O: Value> {
    stream: ChunkStream<O>,
    queue: Option<Arc<Queue>>,
    /// Whether the first chunk has come.
    began: bool,
    /// The root, if it was open when the first chunk came: only then its chunks are told.
    root: Option<Arc<crate::run::Run>>,
}

impl<O: Value> Unpin for RootTap<O> {}

impl<O: Value> Drive for RootTap<O> {
    fn poll_drive(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Result<()>>> {
        let this = &mut *self;
        let next = std::task::ready!(Pin::new(&mut this.stream).poll_next(cx));
        Poll::Ready(next.map(|chunk| {
            let chunk = chunk?;
            let Some(queue) = &this.queue else { return Ok(()) };
            if !std::mem::replace(&mut this.began, true) {
                this.root = queue.open_root();
            }
            if let Some(run) = &this.root {
                let seq = run.scope().seq.fetch_add(1, Ordering::Relaxed);
                let kind = EventKind::Stream { chunk: O::chunk_to_dynamic(&chunk) };
                queue.push_own(Event { seq, time: SystemTime::now(), run: Arc::clone(run), kind });
            }
            Ok(())
        }))
    }
}
