//! The run log: a call as a row of JSON Patches, in the form of langchain-core's `astream_log`.
//!
//! Within: `writer` makes patches of events, `shape` says what they show, `output` is the call's output as it grows;
//! `state` is the log that the patches make.

mod output;
mod shape;
mod state;
mod writer;

use std::fmt;
use std::pin::Pin;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use serde::Serialize;

pub use self::state::{LogEntry, RunLog};
use self::writer::Writer;
use crate::context::Context;
use crate::error::Result;
use crate::event::{Driver, EventFilter, Told, Wants};
use crate::parse::json::PatchOp;
use crate::stream::ChunkStream;
use crate::value::Value;

/// A step of a run log: operations of a JSON Patch, to be applied together, in order. It serializes as
/// `{"ops": […]}`.
///
/// ```
/// use thalweg_core::parse::json::PatchOp;
/// use thalweg_core::view::RunLogPatch;
///
/// let add = PatchOp::Add { path: "/streamed_output/-".into(), value: "Hel".into() };
/// let patch = RunLogPatch { ops: vec![add] };
/// assert_eq!(
///     serde_json::to_string(&patch)?,
///     r#"{"ops":[{"op":"add","path":"/streamed_output/-","value":"Hel"}]}"#,
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RunLogPatch {
    /// The operations.
    pub ops: Vec<PatchOp>,
}

/// The run log of one call, patch by patch; made by [`Chain::stream_log`](crate::Chain::stream_log).
///
/// The first patch sets up the log of the root run. Then every run below it that passes the filter has an entry at
/// `/logs/KEY`, from its start on; the key is the run's name, with `:2`, `:3`, … for further runs of that name. Chunks
/// are added to the entry as they come (of a model its tokens too), and at its end its output and the time. A patch for
/// each chunk of the whole call adds it to `/streamed_output` and changes `/final_output` accordingly.
///
/// By default a run that fails or is cancelled gets an `error` with the [kind](crate::ErrorKind) and message, beside
/// what output it had; one of kind `cancelled` says that the run was dropped. That of the root stands at `/error`.
/// In compat mode failures look as in langchain-core: like an end without output.
///
/// Reading drives the call, as it does for an [`EventStream`](crate::event::EventStream). If the call fails, its error is
/// the last item. Dropping the stream cancels the call.
///
/// Patches of texts and lists cost what the chunk costs, whatever came before (a text's value is put together when
/// somebody looks at it); for a message, each patch holds a copy of the sum so far.
///
/// ```
/// use futures_util::StreamExt;
/// use thalweg_core::Chain;
///
/// let chain = Chain::new(|text: String| text.len()).named("count");
/// # futures_util::FutureExt::now_or_never(async {
/// let patches: Vec<_> = chain.stream_log("four").collect().await;
/// let last = patches.last().unwrap().as_ref().unwrap();
/// let paths: Vec<_> = last.ops.iter().map(|op| op.path().as_str()).collect();
/// assert_eq!(paths, ["/streamed_output/-", "/final_output"]);
/// # }).unwrap();
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct LogStream {
    driver: Driver,
    writer: Writer,
}

impl LogStream {
    /// The log of the call that `call` makes with the context it is given.
    pub(crate) fn new<O: Value>(
        context: &Context,
        filter: EventFilter,
        call: impl FnOnce(Context) -> ChunkStream<O>,
    ) -> Self {
        let writer = Writer::new(context.is_compat(), filter.clone());
        Self { driver: Driver::new(context, Wants::Log(filter), call), writer }
    }

    /// Cancels the call. The patches that are still waiting, and those of the cancellation, can be read on.
    pub fn cancel(&mut self) {
        self.driver.cancel();
    }
}

impl Stream for LogStream {
    type Item = Result<RunLogPatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let patch = match ready!(this.driver.poll_told(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(Told::Event(event))) => this.writer.event(event),
                Some(Ok(Told::Chunk(chunk))) => Some(this.writer.chunk(chunk)),
            };
            if let Some(patch) = patch {
                return Poll::Ready(Some(Ok(patch)));
            }
        }
    }
}

impl fmt::Debug for LogStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogStream").field("running", &self.driver.is_running()).finish_non_exhaustive()
    }
}
