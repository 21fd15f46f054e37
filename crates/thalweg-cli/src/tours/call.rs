//! [`Call`]: one call of a chain, of whatever types, to be read event by event.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::mpsc::Receiver;
use std::task::Poll;

use futures_util::Stream;
use thalweg::event::{Event, EventFilter, EventStream};
use thalweg::value::Value;
use thalweg::{Chain, Config, Error};

/// A call of a chain.
pub(crate) struct Call {
    /// What is called.
    pub(crate) title: String,
    /// Whether only some of the events are asked for.
    pub(crate) filtered: bool,
    events: EventStream,
    /// What the handlers of the chain say.
    notes: Option<Receiver<String>>,
    /// What has come and was not given yet.
    ready: VecDeque<Told>,
}

/// What a call tells.
pub(crate) enum Told {
    /// Something happened to a run.
    Event(Event),
    /// A handler said something.
    Note(String),
    /// The call failed; this is the last.
    Failed(Error),
}

impl Call {
    /// The call of a chain with an input.
    pub(crate) fn new<I: Value, O: Value>(
        title: impl Into<String>,
        chain: &Chain<I, O>,
        input: impl Into<I>,
    ) -> Self {
        Self::filtered(title, chain, input, EventFilter::new())
    }

    /// As [`Call::new`], of which only some events are asked for.
    pub(crate) fn filtered<I: Value, O: Value>(
        title: impl Into<String>,
        chain: &Chain<I, O>,
        input: impl Into<I>,
        filter: EventFilter,
    ) -> Self {
        let filtered = !filter.is_open();
        let events = chain.stream_events_with(input, Config::new(), filter);
        Self { title: title.into(), filtered, events, notes: None, ready: VecDeque::new() }
    }

    /// With what the chain's handlers say.
    pub(crate) fn with_notes(self, notes: Receiver<String>) -> Self {
        Self { notes: Some(notes), ..self }
    }

    /// The next thing that is told; `None` at the end. Nothing is lost if the future is dropped.
    pub(crate) fn next(&mut self) -> impl Future<Output = Option<Told>> {
        poll_fn(|cx| {
            if let Some(told) = self.ready.pop_front() {
                return Poll::Ready(Some(told));
            }
            let polled = Pin::new(&mut self.events).poll_next(cx);
            // The handlers were called by this very poll.
            self.ready.extend(self.notes.iter().flat_map(Receiver::try_iter).map(Told::Note));
            match polled {
                Poll::Ready(Some(Ok(event))) => self.ready.push_back(Told::Event(event)),
                Poll::Ready(Some(Err(error))) => self.ready.push_back(Told::Failed(error)),
                Poll::Ready(None) if self.ready.is_empty() => return Poll::Ready(None),
                Poll::Pending if self.ready.is_empty() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => {}
            }
            Poll::Ready(self.ready.pop_front())
        })
    }

    /// Cancels the call; what that brings about is told.
    pub(crate) fn cancel(&mut self) {
        self.events.cancel();
    }
}
