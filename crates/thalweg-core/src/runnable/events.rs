//! Calls whose events are read: the event stream of a chain.

use std::sync::Arc;

use super::Chain;
use crate::context::{Context, IntoContext};
use crate::event::{EventFilter, EventStream};
use crate::value::Value;

impl<I: Value, O: Value> Chain<I, O> {
    /// Streams the output and gives all events of the call instead of the chunks.
    pub fn stream_events(&self, input: impl Into<I>) -> EventStream {
        self.stream_events_with(input, Context::current(), EventFilter::new())
    }

    /// As [`Chain::stream_events`], with a configuration or in a context given by hand, and with a filter.
    pub fn stream_events_with(
        &self,
        input: impl Into<I>,
        context: impl IntoContext,
        filter: EventFilter,
    ) -> EventStream {
        let stage = Arc::clone(self.stage());
        EventStream::new(&context.into_context(), filter, |context| stage.stream(input.into(), context))
    }
}
