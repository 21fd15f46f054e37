//! Calls whose events are read: the event stream of a chain.

use std::sync::Arc;

use super::Chain;
use crate::context::{Context, IntoContext};
use crate::event::{EventFilter, EventStream};
use crate::value::Value;
use crate::view::{LogStream, MessageStream, V2Events, V2View};

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

    /// As [`Chain::stream_events`], in the vocabulary of langchain-core's `astream_events`.
    pub fn stream_events_v2(&self, input: impl Into<I>) -> V2Events {
        self.stream_events_v2_with(input, Context::current(), EventFilter::new())
    }

    /// As [`Chain::stream_events_with`], in the vocabulary of langchain-core's `astream_events`.
    pub fn stream_events_v2_with(
        &self,
        input: impl Into<I>,
        context: impl IntoContext,
        filter: EventFilter,
    ) -> V2Events {
        let (input, context) = (input.into(), context.into_context());
        let compat = context.is_compat();
        let shown = if compat { input.to_dynamic() } else { crate::value::Dynamic::Null };
        V2Events::new(self.stream_events_with(input, context, filter), V2View::new(compat, shown))
    }

    /// Streams the output and gives the log of all runs of the call, as JSON Patches; [`RunLog`](crate::view::RunLog)
    /// puts it together.
    pub fn stream_log(&self, input: impl Into<I>) -> LogStream {
        self.stream_log_with(input, Context::current(), EventFilter::new())
    }

    /// As [`Chain::stream_log`], with a configuration or in a context given by hand. The filter says which runs have an
    /// entry in the log; the root is always there.
    pub fn stream_log_with(
        &self,
        input: impl Into<I>,
        context: impl IntoContext,
        filter: EventFilter,
    ) -> LogStream {
        let stage = Arc::clone(self.stage());
        LogStream::new(&context.into_context(), filter, |context| stage.stream(input.into(), context))
    }

    /// Streams the output and gives what the models of the call say: texts, thoughts, tool calls, usage and whole
    /// messages.
    pub fn stream_messages(&self, input: impl Into<I>) -> MessageStream {
        self.stream_messages_with(input, Context::current(), EventFilter::new())
    }

    /// As [`Chain::stream_messages`], with a configuration or in a context given by hand. The filter says which models
    /// are heard.
    pub fn stream_messages_with(
        &self,
        input: impl Into<I>,
        context: impl IntoContext,
        filter: EventFilter,
    ) -> MessageStream {
        let stage = Arc::clone(self.stage());
        MessageStream::new(&context.into_context(), filter, |context| stage.stream(input.into(), context))
    }
}
