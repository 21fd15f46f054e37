//! [`EventStream`]: all that happens in a call, as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;

use super::driver::More;
use super::{Driver, Event, EventFilter, Wants};
use crate::context::Context;
use crate::error::Result;
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
pub struct EventStream(Driver);

impl EventStream {
    /// The events of the call that `call` makes with the context it is given.
    pub(crate) fn new<O: Value>(
        context: &Context,
        filter: EventFilter,
        call: impl FnOnce(Context) -> ChunkStream<O>,
    ) -> Self {
        Self(Driver::new(context, Wants::Events(filter), call))
    }

    /// Cancels the call. The events that are still waiting, and those of the cancellation, can be read on.
    pub fn cancel(&mut self) {
        self.0.cancel();
    }
}

impl Stream for EventStream {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.0.next_taken() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(self.0.poll_more(cx)) {
                // Nobody asked for the chunks.
                More::Events | More::Chunk(_) => {}
                More::Over(failed) => return Poll::Ready(failed.map(Err)),
            }
        }
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("running", &self.0.is_running()).finish_non_exhaustive()
    }
}
