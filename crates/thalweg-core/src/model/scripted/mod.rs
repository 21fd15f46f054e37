//! [`ScriptedChat`] and [`ScriptedLlm`]: models that say what they are told to, for tests and examples.
//!
//! Knows the model contracts and the timer.

mod cue;
mod play;
mod requests;
mod script;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;

use super::{CallOptions, ChatModel, ChatPiece, ChatRequest, ModelParams, TextModel, TextRequest};
use crate::error::Result;
use crate::message::Message;
use crate::output::Generation;
use crate::value::Text;
pub use cue::Cue;
pub(super) use play::Play;
pub use requests::Requests;
use script::Script;

/// A model that says what it is told to; see [`ScriptedChat`] and [`ScriptedLlm`].
///
/// Its answers are lists of [`Cue`]s. [`on`](Scripted::on) gives answers to prompts that contain a text; other calls
/// get the answers of `new` and [`then`](Scripted::then) in turn, and the first again after the last. Clones share
/// the count of calls.
#[derive(Clone, Debug)]
#[must_use]
pub struct Scripted<R> {
    script: Script,
    asked: Option<Requests<R>>,
}

/// A chat model that says what it is told to.
///
/// ```
/// use thalweg_core::model::{Chat, ScriptedChat};
///
/// let model = ScriptedChat::new(["Hello", " world"]).on("sky", ["It is", " blue."]);
/// let chain = Chat::new(model).chain();
/// assert_eq!(chain.invoke_blocking("hi")?.text(), "Hello world");
/// assert_eq!(chain.invoke_blocking("what color is the sky?")?.text(), "It is blue.");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub type ScriptedChat = Scripted<ChatRequest>;

/// A text model that says what it is told to.
///
/// ```
/// use thalweg_core::model::{Llm, ScriptedLlm};
///
/// assert_eq!(Llm::new(ScriptedLlm::echo()).chain().invoke_blocking("a b")?, "a b");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub type ScriptedLlm = Scripted<TextRequest>;

impl ScriptedChat {
    /// A chat model that gives this answer.
    pub fn new<C: Into<Cue>>(answer: impl IntoIterator<Item = C>) -> Self {
        Self::of(Script::cycle("ScriptedChat", cues(answer)))
    }

    /// A chat model that gives back the text of the last message, cut before each space.
    pub fn echo() -> Self {
        Self::of(Script::echo("ScriptedChat"))
    }
}

impl ScriptedLlm {
    /// A text model that gives this answer.
    pub fn new<C: Into<Cue>>(answer: impl IntoIterator<Item = C>) -> Self {
        Self::of(Script::cycle("ScriptedLlm", cues(answer)))
    }

    /// A text model that gives back its prompt, cut before each space.
    pub fn echo() -> Self {
        Self::of(Script::echo("ScriptedLlm"))
    }
}

fn cues<C: Into<Cue>>(answer: impl IntoIterator<Item = C>) -> Arc<[Cue]> {
    answer.into_iter().map(Into::into).collect()
}

impl<R> Scripted<R> {
    fn of(script: Script) -> Self {
        Self { script, asked: None }
    }

    /// One more answer in the cycle. Instead of an echo, this becomes the answer.
    pub fn then<C: Into<Cue>>(mut self, answer: impl IntoIterator<Item = C>) -> Self {
        self.script.then(cues(answer));
        self
    }

    /// The answer to prompts that contain `text`, of chat models in the last message. Of several that fit, the first
    /// counts.
    pub fn on<C: Into<Cue>>(mut self, text: impl Into<Text>, answer: impl IntoIterator<Item = C>) -> Self {
        self.script.on(text.into(), cues(answer));
        self
    }

    /// Takes this time over every piece, by the timer of the call.
    pub fn pace(mut self, pace: Duration) -> Self {
        self.script.pace = pace;
        self
    }

    /// The name of its runs; `ScriptedChat` or `ScriptedLlm` unless set.
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.script.name = name.into();
        self
    }

    /// What it says of itself; `scripted` and `scripted-1` unless set.
    pub fn params(mut self, params: ModelParams) -> Self {
        self.script.params = params;
        self
    }

    /// Has it answer at once, as a model that cannot stream.
    pub fn not_streaming(mut self) -> Self {
        self.script.streams = false;
        self
    }

    /// Records what it is asked.
    pub fn record(mut self, requests: &Requests<R>) -> Self {
        self.asked = Some(requests.clone());
        self
    }

    /// The answer to a prompt.
    fn play<P>(&self, prompt: &str, read: fn(&Cue) -> Option<P>) -> Play<P> {
        Play::new(self.script.answer(prompt), self.script.pace, read)
    }
}

impl ChatModel for ScriptedChat {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.script.name)
    }

    fn params(&self, options: &CallOptions) -> ModelParams {
        self.script.params(options)
    }

    fn streams(&self) -> bool {
        self.script.streams
    }

    fn stream(self: Arc<Self>, request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let play = {
            let prompt = request.messages.last().map(Message::text).unwrap_or_default();
            self.play(&prompt, Cue::to_chat)
        };
        if let Some(asked) = &self.asked {
            asked.push(request);
        }
        Box::pin(play)
    }
}

impl TextModel for ScriptedLlm {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.script.name)
    }

    fn params(&self, options: &CallOptions) -> ModelParams {
        self.script.params(options)
    }

    fn streams(&self) -> bool {
        self.script.streams
    }

    fn stream(self: Arc<Self>, request: TextRequest) -> BoxStream<'static, Result<Generation>> {
        let play = self.play(&request.prompt, Cue::to_text);
        if let Some(asked) = &self.asked {
            asked.push(request);
        }
        Box::pin(play)
    }
}
