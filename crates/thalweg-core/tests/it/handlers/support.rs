//! Handlers that record, and components of every kind.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use futures_util::stream::{self, BoxStream, StreamExt};
use thalweg_core::callback::{AsyncCallbackHandler, CallbackHandler, FailurePolicy, Handled, Interest};
use thalweg_core::document::Document;
use thalweg_core::error::Error;
use thalweg_core::message::{AiMessageChunk, Message, UsageMetadata};
use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
use thalweg_core::output::LlmResult;
use thalweg_core::run::{Run, RunKind};
use thalweg_core::value::{Dynamic, Text};
use thalweg_core::{Chain, ChunkStream, Context, ErrorKind, Result, Runnable, Streaming};

/// A log that handlers share.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(super) fn push(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    /// The lines since the last time.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// How a recording handler fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fail {
    Error,
    Panic,
}

/// Records its calls as `label method run: details`, and fails at one of them if it is told to.
#[derive(Clone)]
pub(super) struct Recorder {
    pub(super) label: &'static str,
    pub(super) log: Log,
    pub(super) interest: Interest,
    pub(super) failure: FailurePolicy,
    pub(super) fail: Option<(&'static str, Fail)>,
    /// Async ones wait for so long before they record.
    pub(super) slow: Option<std::time::Duration>,
}

impl Recorder {
    pub(super) fn new(label: &'static str, log: &Log) -> Self {
        Self {
            label,
            log: log.clone(),
            interest: Interest::default(),
            failure: FailurePolicy::Log,
            fail: None,
            slow: None,
        }
    }

    pub(super) fn failing(mut self, on: &'static str, how: Fail, failure: FailurePolicy) -> Self {
        self.fail = Some((on, how));
        self.failure = failure;
        self
    }

    pub(super) fn slow(mut self, time: std::time::Duration) -> Self {
        self.slow = Some(time);
        self
    }

    pub(super) fn waiting(self) -> Waiting {
        Waiting(self)
    }

    fn note(&self, on: &str, run: &Run, details: impl AsRef<str>) -> Handled {
        let separator = if self.label.is_empty() { "" } else { " " };
        let details = details.as_ref();
        let colon = if details.is_empty() { "" } else { ": " };
        self.log.push(format!("{}{separator}{on} {}{colon}{details}", self.label, run.name()));
        match self.fail {
            Some((name, Fail::Error)) if name == on => Err("handler failed".into()),
            Some((name, Fail::Panic)) if name == on => panic!("handler panicked"),
            _ => Ok(()),
        }
    }
}

fn shown(value: Option<&Dynamic>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn texts(result: &LlmResult) -> String {
    result
        .generations
        .iter()
        .flatten()
        .map(|generation| generation.text.as_str())
        .collect::<Vec<_>>()
        .join("|")
}

impl CallbackHandler for Recorder {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn failure(&self) -> FailurePolicy {
        self.failure
    }

    fn on_chat_model_start(&self, run: &Run, messages: &[Arc<Message>]) -> Handled {
        let texts: Vec<_> = messages.iter().map(|message| message.text()).collect();
        self.note("chat_model_start", run, texts.join("|"))
    }

    fn on_llm_start(&self, run: &Run, prompts: &[Text]) -> Handled {
        self.note("llm_start", run, prompts.join("|"))
    }

    fn on_llm_new_token(&self, run: &Run, token: &str, _chunk: &Dynamic) -> Handled {
        self.note("llm_new_token", run, token)
    }

    fn on_llm_end(&self, run: &Run, response: &LlmResult) -> Handled {
        self.note("llm_end", run, texts(response))
    }

    fn on_llm_error(&self, run: &Run, error: &Error, partial: Option<&LlmResult>) -> Handled {
        self.note(
            "llm_error",
            run,
            format!("{} ({})", error.message(), partial.map(texts).unwrap_or_default()),
        )
    }

    fn on_chain_start(&self, run: &Run, inputs: Option<&Dynamic>) -> Handled {
        self.note("chain_start", run, shown(inputs))
    }

    fn on_chain_end(&self, run: &Run, outputs: &Dynamic, inputs: Option<&Dynamic>) -> Handled {
        let inputs = inputs.map(|inputs| format!(" of {inputs}")).unwrap_or_default();
        self.note("chain_end", run, format!("{outputs}{inputs}"))
    }

    fn on_chain_error(&self, run: &Run, error: &Error, _inputs: Option<&Dynamic>) -> Handled {
        self.note("chain_error", run, error.message())
    }

    fn on_tool_start(&self, run: &Run, input: &Dynamic) -> Handled {
        self.note("tool_start", run, input.to_string())
    }

    fn on_tool_end(&self, run: &Run, output: &Dynamic) -> Handled {
        self.note("tool_end", run, output.to_string())
    }

    fn on_tool_error(&self, run: &Run, error: &Error) -> Handled {
        self.note("tool_error", run, error.message())
    }

    fn on_retriever_start(&self, run: &Run, query: &str) -> Handled {
        self.note("retriever_start", run, query)
    }

    fn on_retriever_end(&self, run: &Run, documents: &[Arc<Document>]) -> Handled {
        let texts: Vec<_> = documents.iter().map(|document| document.page_content.as_str()).collect();
        self.note("retriever_end", run, texts.join("|"))
    }

    fn on_retriever_error(&self, run: &Run, error: &Error) -> Handled {
        self.note("retriever_error", run, error.message())
    }

    fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        self.note("custom_event", run, format!("{name} {data}"))
    }

    fn on_cancelled(&self, run: &Run) -> Handled {
        self.note("cancelled", run, "")
    }
}

/// The same as an async handler.
pub(super) struct Waiting(Recorder);

impl Waiting {
    async fn wait(&self) -> &Recorder {
        match self.0.slow {
            Some(time) => tokio::time::sleep(time).await,
            None => crate::support::turn_away().await,
        }
        &self.0
    }
}

impl AsyncCallbackHandler for Waiting {
    fn interest(&self) -> Interest {
        self.0.interest
    }

    fn failure(&self) -> FailurePolicy {
        self.0.failure
    }

    async fn on_chat_model_start(&self, run: &Run, messages: &[Arc<Message>]) -> Handled {
        self.wait().await.on_chat_model_start(run, messages)
    }

    async fn on_llm_start(&self, run: &Run, prompts: &[Text]) -> Handled {
        self.wait().await.on_llm_start(run, prompts)
    }

    async fn on_llm_new_token(&self, run: &Run, token: &str, chunk: &Dynamic) -> Handled {
        self.wait().await.on_llm_new_token(run, token, chunk)
    }

    async fn on_llm_end(&self, run: &Run, response: &LlmResult) -> Handled {
        self.wait().await.on_llm_end(run, response)
    }

    async fn on_llm_error(&self, run: &Run, error: &Error, partial: Option<&LlmResult>) -> Handled {
        self.wait().await.on_llm_error(run, error, partial)
    }

    async fn on_chain_start(&self, run: &Run, inputs: Option<&Dynamic>) -> Handled {
        self.wait().await.on_chain_start(run, inputs)
    }

    async fn on_chain_end(&self, run: &Run, outputs: &Dynamic, inputs: Option<&Dynamic>) -> Handled {
        self.wait().await.on_chain_end(run, outputs, inputs)
    }

    async fn on_chain_error(&self, run: &Run, error: &Error, inputs: Option<&Dynamic>) -> Handled {
        self.wait().await.on_chain_error(run, error, inputs)
    }

    async fn on_tool_start(&self, run: &Run, input: &Dynamic) -> Handled {
        self.wait().await.on_tool_start(run, input)
    }

    async fn on_tool_end(&self, run: &Run, output: &Dynamic) -> Handled {
        self.wait().await.on_tool_end(run, output)
    }

    async fn on_tool_error(&self, run: &Run, error: &Error) -> Handled {
        self.wait().await.on_tool_error(run, error)
    }

    async fn on_retriever_start(&self, run: &Run, query: &str) -> Handled {
        self.wait().await.on_retriever_start(run, query)
    }

    async fn on_retriever_end(&self, run: &Run, documents: &[Arc<Document>]) -> Handled {
        self.wait().await.on_retriever_end(run, documents)
    }

    async fn on_retriever_error(&self, run: &Run, error: &Error) -> Handled {
        self.wait().await.on_retriever_error(run, error)
    }

    async fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        self.wait().await.on_custom_event(run, name, data)
    }

    fn on_cancelled(&self, run: &Run) -> Handled {
        self.0.on_cancelled(run)
    }
}

/// A component of some kind that gives its input; it fails for the input `bad`.
pub(super) struct Part(pub(super) RunKind);

impl Runnable<Dynamic> for Part {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.0.as_str().into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(self.0)
    }

    async fn run(&self, input: Dynamic, _context: Context) -> Result<Dynamic> {
        match (input.as_str(), self.0) {
            (Some("bad"), _) => Err(Error::new(ErrorKind::Tool, "bad input")),
            (Some(text), RunKind::Retriever) => Ok(vec![Document::new(text), Document::new("more")].into()),
            _ => Ok(input),
        }
    }
}

impl Part {
    pub(super) fn chain(kind: RunKind) -> Chain<Dynamic, Dynamic> {
        Chain::new(Self(kind))
    }
}

/// A function that gives its text letter by letter.
pub(super) struct Letters;

impl Runnable<String> for Letters {
    type Out = String;

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    async fn run(&self, input: String, _context: Context) -> Result<String> {
        Ok(input)
    }

    fn run_stream(self: Arc<Self>, input: String, _context: Context) -> ChunkStream<String> {
        ChunkStream::from_chunks(input.chars().map(String::from).collect::<Vec<_>>())
    }
}

/// A chat model that answers these words; the word `bad` is an error.
pub(super) struct Words(pub(super) &'static [&'static str]);

impl ChatModel for Words {
    fn name(&self) -> Cow<'_, str> {
        "Words".into()
    }

    fn params(&self, _options: &CallOptions) -> ModelParams {
        ModelParams::new("example", "words-1")
    }

    fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let last = self.0.len().saturating_sub(1);
        let words = self.0.iter().enumerate().map(move |(i, word)| match *word {
            "bad" => Err(Error::new(ErrorKind::Model, "the model is tired")),
            word if i == last => Ok(AiMessageChunk::new(word).with_usage(UsageMetadata::new(3, 2)).into()),
            word => Ok(AiMessageChunk::new(word).into()),
        });
        stream::iter(words.collect::<Vec<_>>()).boxed()
    }
}

pub(super) fn chat(words: &'static [&'static str]) -> Chat {
    Chat::new(Words(words))
}

pub(super) fn upper() -> Chain<String, String> {
    Chain::new(|text: String| text.to_uppercase()).named("upper")
}

pub(super) fn reverse() -> Chain<String, String> {
    Chain::new(|text: String| text.chars().rev().collect::<String>()).named("reverse")
}

/// A function that fails.
pub(super) fn broken() -> Chain<String, String> {
    Chain::new(|_: String| Err::<String, _>("no")).named("broken")
}

/// A writer whose bytes can be read while it is in use.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
