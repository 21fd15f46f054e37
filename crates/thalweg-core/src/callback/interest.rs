//! [`Interest`]: which events of which kinds of runs a handler wants.

use crate::event::EventMask;
use crate::run::RunKind;

/// Which events of which kinds of runs a handler wants. What nobody wants is never built.
///
/// The default is all that a handler's methods hear: everything but the chunks of runs that are not a model's.
///
/// ```
/// use thalweg_core::callback::Interest;
/// use thalweg_core::event::EventMask;
/// use thalweg_core::run::RunKind;
///
/// let tokens = Interest::of(EventMask::STREAM).only(&[RunKind::ChatModel, RunKind::Llm]);
/// assert!(tokens.includes(RunKind::Llm, EventMask::STREAM));
/// assert!(!tokens.includes(RunKind::Chain, EventMask::STREAM));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Interest([EventMask; KINDS.len()]);

/// Every kind, each at the place that its number says.
const KINDS: [RunKind; 8] = [
    RunKind::Chain,
    RunKind::Prompt,
    RunKind::Parser,
    RunKind::ChatModel,
    RunKind::Llm,
    RunKind::Tool,
    RunKind::Retriever,
    RunKind::Embedding,
];

/// What has a method for each kind of run: start, end, error and cancellation.
const COURSE: EventMask = EventMask::START.union(EventMask::CLOSE);

impl Interest {
    /// These events, of every kind of run.
    pub const fn of(events: EventMask) -> Self {
        Self([events; KINDS.len()])
    }

    /// Every event, the chunks of every run too.
    pub const fn everything() -> Self {
        Self::of(EventMask::ALL)
    }

    /// No event.
    pub const fn nothing() -> Self {
        Self::of(EventMask::NONE)
    }

    /// Of these kinds of runs only.
    pub fn only(self, kinds: &[RunKind]) -> Self {
        self.map(|kind, events| if kinds.contains(&kind) { events } else { EventMask::NONE })
    }

    /// Without these events of these kinds of runs.
    pub fn without(self, kinds: &[RunKind], events: EventMask) -> Self {
        self.map(|kind, own| if kinds.contains(&kind) { own.without(events) } else { own })
    }

    /// What either of the two wants.
    pub fn and(self, other: Self) -> Self {
        self.map(|kind, events| events.union(other.events(kind)))
    }

    /// Without the course of chains, prompts, parsers and embeddings: langchain-core's `ignore_chain`.
    pub fn ignore_chain(self) -> Self {
        self.without(&[RunKind::Chain, RunKind::Prompt, RunKind::Parser, RunKind::Embedding], COURSE)
    }

    /// Without the course and the tokens of models, except the start of chat models: langchain-core's
    /// `ignore_llm`.
    pub fn ignore_llm(self) -> Self {
        self.without(&[RunKind::Llm], COURSE.union(EventMask::STREAM))
            .without(&[RunKind::ChatModel], EventMask::CLOSE.union(EventMask::STREAM))
    }

    /// Without the start of chat models: langchain-core's `ignore_chat_model`.
    pub fn ignore_chat_model(self) -> Self {
        self.without(&[RunKind::ChatModel], EventMask::START)
    }

    /// Without the course of tools: langchain-core's `ignore_agent`.
    pub fn ignore_agent(self) -> Self {
        self.without(&[RunKind::Tool], COURSE)
    }

    /// Without the course of retrievers: langchain-core's `ignore_retriever`.
    pub fn ignore_retriever(self) -> Self {
        self.without(&[RunKind::Retriever], COURSE)
    }

    /// Without further attempts: langchain-core's `ignore_retry`.
    pub fn ignore_retry(self) -> Self {
        self.without(&KINDS, EventMask::RETRY)
    }

    /// Without the application's own events: langchain-core's `ignore_custom_event`.
    pub fn ignore_custom_event(self) -> Self {
        self.without(&KINDS, EventMask::CUSTOM)
    }

    /// Which events of this kind of run are wanted.
    pub fn events(&self, kind: RunKind) -> EventMask {
        self.0.get(kind as usize).copied().unwrap_or(EventMask::NONE)
    }

    /// Whether one of these events is wanted of this kind of run.
    pub fn includes(&self, kind: RunKind, events: EventMask) -> bool {
        self.events(kind).intersects(events)
    }

    fn map(self, change: impl Fn(RunKind, EventMask) -> EventMask) -> Self {
        let mut out = self;
        for (kind, events) in KINDS.into_iter().zip(&mut out.0) {
            *events = change(kind, *events);
        }
        out
    }
}

impl Default for Interest {
    fn default() -> Self {
        Self::of(EventMask::ALL.without(EventMask::STREAM))
            .and(Self::of(EventMask::STREAM).only(&[RunKind::ChatModel, RunKind::Llm]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_stands_at_its_own_number() {
        for (i, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, i);
        }
    }
}
