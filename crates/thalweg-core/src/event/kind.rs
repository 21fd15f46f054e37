//! [`Event`]: one thing that happened to one run.

use std::sync::Arc;

use web_time::SystemTime;

use super::EventMask;
use crate::error::Error;
use crate::run::Run;
use crate::value::{Dynamic, Text};

/// One thing that happened to one run.
///
/// The run is shared: tags, metadata and parent ids are read from it and never copied. Payloads are values;
/// they serialize when somebody asks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The position in the tree's order of events. Each event that a stream of events gives has a greater number than
    /// the one before, with gaps where events are for others, whichever threads they come from. Handlers that are
    /// called from several threads at once may be called in another order.
    pub seq: u64,
    /// When it happened.
    pub time: SystemTime,
    /// The run it happened to.
    pub run: Arc<Run>,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// The tree's next event, which happens now.
    #[inline]
    pub(crate) fn next(run: &Arc<Run>, kind: EventKind) -> Self {
        Self { seq: run.scope().tree.next(), time: SystemTime::now(), run: Arc::clone(run), kind }
    }
}

/// What happened to a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// The run started.
    Start {
        /// Its input, if it is known already: a run that transforms a stream starts before it has it all.
        /// For a chat model the list of messages, for a tool its arguments, for a retriever the query.
        input: Option<Dynamic>,
    },
    /// The run handed on a chunk of its output.
    Stream {
        /// The chunk.
        chunk: Dynamic,
    },
    /// The run ended well.
    End {
        /// Its output: the sum of its chunks if it streamed; for a model its [`LlmResult`]; nothing if it
        /// streamed no chunk.
        ///
        /// [`LlmResult`]: crate::output::LlmResult
        output: Dynamic,
        /// Its input, if that was not known at the start.
        input: Option<Dynamic>,
    },
    /// The run failed.
    Error {
        /// Why.
        error: Error,
        /// What the run had put out until then, for models that were streaming.
        output: Option<Dynamic>,
        /// Its input as far as it had come, if that was not known at the start.
        input: Option<Dynamic>,
    },
    /// The run was dropped or cancelled before its end.
    Cancelled,
    /// The run makes another attempt.
    Retry {
        /// The number of the attempt that starts now, from 2.
        attempt: u32,
        /// Why the attempt before failed.
        error: Error,
    },
    /// The application's own event.
    Custom {
        /// Its name.
        name: Text,
        /// Its data.
        data: Dynamic,
    },
}

impl EventKind {
    /// The kind's place in an [`EventMask`].
    pub fn mask(&self) -> EventMask {
        match self {
            Self::Start { .. } => EventMask::START,
            Self::Stream { .. } => EventMask::STREAM,
            Self::End { .. } => EventMask::END,
            Self::Error { .. } => EventMask::ERROR,
            Self::Cancelled => EventMask::CANCELLED,
            Self::Retry { .. } => EventMask::RETRY,
            Self::Custom { .. } => EventMask::CUSTOM,
        }
    }
}
