//! [`Call`]: which method of a handler an event is for, and its arguments.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::Document;
use crate::error::Error;
use crate::event::{Event, EventKind};
use crate::message::{Message, MessageChunk};
use crate::output::{Generation, LlmResult};
use crate::prompt::PromptValue;
use crate::run::RunKind;
use crate::value::{Dynamic, Text};

/// One call of a handler's method, without the run.
pub(super) enum Call<'e> {
    ChatModelStart(Vec<Arc<Message>>),
    LlmStart(Vec<Text>),
    NewToken {
        token: Cow<'e, str>,
        chunk: &'e Dynamic,
    },
    LlmEnd(Arc<LlmResult>),
    LlmError {
        error: &'e Error,
        partial: Option<Arc<LlmResult>>,
    },
    ChainStart {
        inputs: Option<&'e Dynamic>,
    },
    ChainEnd {
        outputs: &'e Dynamic,
        inputs: Option<&'e Dynamic>,
    },
    ChainError {
        error: &'e Error,
        inputs: Option<&'e Dynamic>,
    },
    ToolStart {
        input: &'e Dynamic,
    },
    ToolEnd {
        output: &'e Dynamic,
    },
    ToolError {
        error: &'e Error,
    },
    RetrieverStart {
        query: Cow<'e, str>,
    },
    RetrieverEnd(Vec<Arc<Document>>),
    RetrieverError {
        error: &'e Error,
    },
    Retry {
        attempt: u32,
        error: &'e Error,
    },
    Cancelled,
    Custom {
        name: &'e str,
        data: &'e Dynamic,
    },
    /// There is no method for it.
    Nothing,
}

static NULL: Dynamic = Dynamic::Null;

impl<'e> Call<'e> {
    pub(super) fn new(event: &'e Event) -> Self {
        match (&event.kind, event.run.kind()) {
            (EventKind::Start { input }, kind) => Self::start(kind, input.as_ref()),
            (EventKind::Stream { chunk }, RunKind::ChatModel | RunKind::Llm) => {
                Self::NewToken { token: token(chunk), chunk }
            }
            (EventKind::Stream { .. }, _) => Self::Nothing,
            (EventKind::End { output, input }, kind) => Self::end(kind, output, input.as_ref()),
            (EventKind::Error { error, output, input }, kind) => match kind {
                RunKind::ChatModel | RunKind::Llm => {
                    Self::LlmError { error, partial: output.as_ref().map(llm_result) }
                }
                RunKind::Tool => Self::ToolError { error },
                RunKind::Retriever => Self::RetrieverError { error },
                RunKind::Chain | RunKind::Prompt | RunKind::Parser | RunKind::Embedding => {
                    Self::ChainError { error, inputs: input.as_ref() }
                }
            },
            (EventKind::Cancelled, _) => Self::Cancelled,
            (EventKind::Retry { attempt, error }, _) => Self::Retry { attempt: *attempt, error },
            (EventKind::Custom { name, data }, _) => Self::Custom { name, data },
        }
    }

    fn start(kind: RunKind, input: Option<&'e Dynamic>) -> Self {
        match kind {
            RunKind::ChatModel => Self::ChatModelStart(messages(input.unwrap_or(&NULL))),
            RunKind::Llm => Self::LlmStart(prompts(input.unwrap_or(&NULL))),
            RunKind::Tool => Self::ToolStart { input: input.unwrap_or(&NULL) },
            RunKind::Retriever => Self::RetrieverStart { query: text(input.unwrap_or(&NULL)) },
            RunKind::Chain | RunKind::Prompt | RunKind::Parser | RunKind::Embedding => {
                Self::ChainStart { inputs: input }
            }
        }
    }

    fn end(kind: RunKind, output: &'e Dynamic, input: Option<&'e Dynamic>) -> Self {
        match kind {
            RunKind::ChatModel | RunKind::Llm => Self::LlmEnd(llm_result(output)),
            RunKind::Tool => Self::ToolEnd { output },
            RunKind::Retriever => Self::RetrieverEnd(documents(output)),
            RunKind::Chain | RunKind::Prompt | RunKind::Parser | RunKind::Embedding => {
                Self::ChainEnd { outputs: output, inputs: input }
            }
        }
    }
}

/// A text as it is, anything else as JSON.
fn text(value: &Dynamic) -> Cow<'_, str> {
    match value {
        Dynamic::Text(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// The text of a model's chunk.
fn token(chunk: &Dynamic) -> Cow<'_, str> {
    match chunk {
        Dynamic::Text(text) => Cow::Borrowed(text),
        Dynamic::Generation(generation) => Cow::Borrowed(&generation.text),
        Dynamic::Chunk(chunk) => chunk.content().text(),
        Dynamic::Message(message) => message.text(),
        _ => Cow::Borrowed(""),
    }
}

fn messages(input: &Dynamic) -> Vec<Arc<Message>> {
    match input {
        Dynamic::Message(message) => vec![Arc::clone(message)],
        Dynamic::List(list) => list.iter().flat_map(messages).collect(),
        Dynamic::Prompt(prompt) => match &**prompt {
            PromptValue::Messages { messages } => messages.iter().cloned().map(Arc::new).collect(),
            PromptValue::Plain(_) | PromptValue::Text { .. } => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn prompts(input: &Dynamic) -> Vec<Text> {
    match input {
        Dynamic::Text(text) => vec![text.clone()],
        Dynamic::List(list) => list.iter().flat_map(prompts).collect(),
        Dynamic::Prompt(prompt) => match &**prompt {
            PromptValue::Plain(text) | PromptValue::Text { text } => vec![text.clone()],
            PromptValue::Messages { .. } => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A model's result; what a component of one's own gives instead is taken as its only generation.
fn llm_result(output: &Dynamic) -> Arc<LlmResult> {
    let generation = match output {
        Dynamic::LlmResult(result) => return Arc::clone(result),
        Dynamic::Generation(generation) => Generation::clone(generation),
        Dynamic::Text(text) => Generation::new(text.clone()),
        Dynamic::Message(message) => Generation::from(Message::clone(message)),
        Dynamic::Chunk(chunk) => Generation::from(MessageChunk::clone(chunk)),
        _ => return Arc::default(),
    };
    Arc::new(LlmResult { generations: vec![vec![generation]], ..LlmResult::default() })
}

fn documents(output: &Dynamic) -> Vec<Arc<Document>> {
    match output {
        Dynamic::Document(document) => vec![Arc::clone(document)],
        Dynamic::List(list) => list.iter().flat_map(documents).collect(),
        _ => Vec::new(),
    }
}

/// Messages as the text that handlers see who know text models only: a line for each, with its role.
pub(super) fn transcript(messages: &[Arc<Message>]) -> Text {
    let mut out = String::new();
    for (i, message) in messages.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        out.push_str(match &**message {
            Message::Human(_) => "Human",
            Message::Ai(_) => "AI",
            Message::System(_) => "System",
            Message::Tool(_) => "Tool",
            Message::Function(_) => "Function",
            Message::Chat(message) => &message.role,
            Message::Remove(_) => "Remove",
        });
        out.push_str(": ");
        out.push_str(&message.text());
    }
    out.into()
}
