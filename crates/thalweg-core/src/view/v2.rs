//! The v2 view: events in the vocabulary of langchain-core's `astream_events`.
//!
//! In compat mode it gives exactly what langchain-core gives. By default it mends what is known to be wrong there:
//! every kind of run has an error and a cancelled event, and no event's input is overwritten.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};

use futures_core::Stream;
use serde::Serialize;

use super::plain::{self, object, plain_generation, plain_result};
use super::words::Word;
use crate::error::Result;
use crate::event::{Event, EventKind, EventStream};
use crate::id::RunId;
use crate::run::{Run, RunKind};
use crate::value::{Dynamic, Map, Text};

/// One event as langchain-core's `astream_events` shows it with `version="v2"`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct V2Event {
    /// Which event of which kind of run, such as `on_chain_start`; `on_custom_event` for the application's own.
    pub event: Text,
    /// The name of the run, or of the custom event.
    pub name: Text,
    /// The run it happened to.
    pub run_id: RunId,
    /// The runs above it, the root first; shared by the run's events.
    pub parent_ids: Arc<[RunId]>,
    /// The run's tags; shared by its events.
    pub tags: Arc<[Text]>,
    /// The run's metadata; shared by its events.
    pub metadata: Map,
    /// An object with `input`, `chunk`, `output` or `error` as far as the event has them; the data of a custom event.
    pub data: Dynamic,
}

/// Maps events to [`V2Event`]s. It remembers the input of each open run, for its end to show.
#[derive(Debug)]
pub struct V2View {
    compat: bool,
    inputs: HashMap<RunId, Dynamic>,
    /// In compat mode: the call's input, until the first event has taken it.
    call_input: Option<Dynamic>,
    /// In compat mode: the run whose first event shows the call's input.
    first: Option<RunId>,
}

impl V2View {
    /// A view for a call with this input.
    pub fn new(compat: bool, input: Dynamic) -> Self {
        Self { compat, inputs: HashMap::new(), call_input: compat.then_some(input), first: None }
    }

    /// The event in this vocabulary; `None` if it has no word for it.
    ///
    /// # Errors
    /// In compat mode, if the first event is a custom one whose data is no object: langchain-core fails there.
    pub fn map(&mut self, event: Event) -> Result<Option<V2Event>> {
        let Event { run, kind, .. } = event;
        let id = run.id();
        let (word, mut data) = match kind {
            EventKind::Start { input } => (Word::Start, self.start(&run, input)),
            EventKind::Stream { chunk } => (Word::Stream, object([("chunk", shown_chunk(&run, chunk))])),
            EventKind::End { output, input } => (Word::End, self.end(&run, output, input)),
            EventKind::Error { error, input, .. } => {
                let known = self.inputs.remove(&id);
                if self.compat && run.kind() != RunKind::Tool {
                    return Ok(None);
                }
                let mut data = Map::new();
                data.insert("error", error);
                data.insert("input", input.or(known).unwrap_or_default());
                if run.kind() == RunKind::Tool {
                    data.insert("tool_call_id", tool_call_id(&run));
                }
                (Word::Error, data)
            }
            EventKind::Cancelled => {
                self.inputs.remove(&id);
                if self.compat {
                    return Ok(None);
                }
                (Word::Cancelled, Map::new())
            }
            EventKind::Retry { attempt, error } => {
                if self.compat {
                    return Ok(None);
                }
                (Word::Retry, object([("attempt", attempt.into()), ("error", error.into())]))
            }
            EventKind::Custom { name, data } => return self.custom(&run, name, data).map(Some),
        };
        if self.compat {
            if let Some(input) = self.call_input.take() {
                data.insert("input", input);
                self.first = Some(id);
            } else if word == Word::End && self.first == Some(id) {
                data.remove("input");
            }
        }
        Ok(Some(V2Event {
            event: Text::from_static(word.of(run.kind())),
            name: run.name().clone(),
            run_id: id,
            parent_ids: Arc::clone(run.shared_parent_ids()),
            tags: Arc::clone(run.shared_tags()),
            metadata: run.metadata().clone(),
            data: data.into(),
        }))
    }

    fn start(&mut self, run: &Run, input: Option<Dynamic>) -> Map {
        let mut data = Map::new();
        let Some(input) = input else { return data };
        let input = shown_input(run.kind(), input);
        if self.compat && is_placeholder(&input) {
            return data;
        }
        // There a tool that is called with a text shows no input.
        let hidden = self.compat && run.kind() == RunKind::Tool && input.as_map().is_none();
        data.insert("input", if hidden { Map::new().into() } else { input.clone() });
        self.inputs.insert(run.id(), if hidden { Dynamic::Null } else { input });
        data
    }

    fn end(&mut self, run: &Run, output: Dynamic, input: Option<Dynamic>) -> Map {
        let known = self.inputs.remove(&run.id());
        let mut data = Map::new();
        data.insert("output", shown_output(run.kind(), output));
        let input = match run.kind() {
            RunKind::Chain | RunKind::Prompt | RunKind::Parser if self.compat => {
                let truthy = |value: &Dynamic| value.is_truthy();
                input.filter(truthy).or(known.filter(truthy)).unwrap_or_else(|| Map::new().into())
            }
            _ => input.or(known).unwrap_or_default(),
        };
        data.insert("input", input);
        data
    }

    fn custom(&mut self, run: &Run, name: Text, data: Dynamic) -> Result<V2Event> {
        let mut data = data;
        if let Some(input) = self.call_input.take() {
            self.first = Some(run.id());
            let Dynamic::Map(map) = &mut data else {
                let got = data.type_name();
                return Err(crate::Error::input_type(
                    "the first event",
                    "custom data that is an object",
                    got,
                ));
            };
            map.insert("input", input);
        }
        // There a custom event carries what a child of the run would inherit.
        let (tags, metadata) = if self.compat {
            (&run.scope().tags, &run.scope().metadata)
        } else {
            (run.shared_tags(), run.metadata())
        };
        Ok(V2Event {
            event: Text::from_static("on_custom_event"),
            name,
            run_id: run.id(),
            parent_ids: Arc::clone(run.shared_parent_ids()),
            tags: Arc::clone(tags),
            metadata: metadata.clone(),
            data,
        })
    }
}

/// There this object stands for an input that is not known yet.
fn is_placeholder(input: &Dynamic) -> bool {
    input.as_map().is_some_and(|map| map.len() == 1 && map.get("input").and_then(Dynamic::as_str) == Some(""))
}

/// The id of the tool call that a tool's run answers.
fn tool_call_id(run: &Run) -> Dynamic {
    run.tool_call_id().cloned().map_or(Dynamic::Null, Dynamic::Text)
}

fn shown_input(kind: RunKind, input: Dynamic) -> Dynamic {
    let list = |value: Dynamic| Dynamic::List([value].into_iter().collect());
    match kind {
        RunKind::ChatModel => object([("messages", list(input))]).into(),
        RunKind::Llm => object([("prompts", list(input))]).into(),
        RunKind::Retriever => object([("query", input)]).into(),
        _ => input,
    }
}

/// What a chat model's chunk shows: its message.
fn shown_chunk(run: &Run, chunk: Dynamic) -> Dynamic {
    match &chunk {
        Dynamic::Generation(generation) if run.kind() == RunKind::ChatModel => {
            let message = generation.message.clone();
            message.map_or(chunk, plain::message)
        }
        _ => chunk,
    }
}

/// What the end of a run of this kind shows: of a chat model its message.
fn shown_output(kind: RunKind, output: Dynamic) -> Dynamic {
    let Dynamic::LlmResult(result) = &output else { return output };
    match kind {
        RunKind::ChatModel => {
            let generation = result.generations.iter().flatten().next();
            let message = generation.and_then(|generation| generation.message.clone());
            message.map_or_else(|| Map::new().into(), plain::message)
        }
        _ => plain_result(result, |generation| plain_generation(generation, "Generation")).into(),
    }
}

/// The events of a call in the v2 vocabulary; made by
/// [`Chain::stream_events_v2`](crate::Chain::stream_events_v2).
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct V2Events {
    events: Option<EventStream>,
    view: V2View,
}

impl V2Events {
    pub(crate) fn new(events: EventStream, view: V2View) -> Self {
        Self { events: Some(events), view }
    }
}

impl Stream for V2Events {
    type Item = Result<V2Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let Some(events) = &mut this.events else { return Poll::Ready(None) };
            match ready!(Pin::new(events).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(event)) => match this.view.map(event) {
                    Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                    Ok(None) => {}
                    Err(error) => {
                        this.events = None;
                        return Poll::Ready(Some(Err(error)));
                    }
                },
            }
        }
    }
}
