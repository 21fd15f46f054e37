//! [`ReplayChat`]: a recorded answer, played again.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use serde::Deserialize;

use super::scripted::{Cue, Play};
use super::{CallOptions, ChatModel, ChatPiece, ChatRequest, ModelParams};
use crate::error::{Error, ErrorKind, Result};
use crate::message::AiMessageChunk;
use crate::value::{Dynamic, Text};

/// A chat model that plays a recorded answer again, whatever it is asked: at full pace, or at the recording's own.
///
/// A recording is a JSON object. `chunks` lists the pieces of the answer as they serialize, each with `delay_ms` if
/// the recorder kept the time since the one before. `client` is the name of the model's runs. A recording with the
/// `mode` `invoke` is the answer of a model that does not stream. With an `error` (its `class` and `message`) the
/// answer ends in it.
///
/// ```
/// use thalweg_core::model::{Chat, ReplayChat};
///
/// let recorded = r#"{"client": "ChatOpenAI", "chunks": [{"content": "Hel"}, {"content": "lo"}]}"#;
/// let model = Chat::new(ReplayChat::from_json(recorded)?);
/// assert_eq!(model.chain().invoke_blocking("hi")?.text(), "Hello");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ReplayChat {
    name: Text,
    params: ModelParams,
    streams: bool,
    recorded: Arc<[Cue]>,
    /// What is played: the recorded cues, with pauses between them if it has a pace.
    played: Arc<[Cue]>,
    /// The recorded time before each recorded cue.
    delays: Arc<[Option<Duration>]>,
}

#[derive(Deserialize)]
struct Recording {
    client: Option<Text>,
    mode: Option<Text>,
    chunks: Vec<Dynamic>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    class: Text,
    message: Text,
}

impl ReplayChat {
    /// Reads a recording.
    ///
    /// # Errors
    /// [`Parse`](ErrorKind::Parse) when the text is no recording.
    pub fn from_json(json: &str) -> Result<Self> {
        let recording: Recording =
            serde_json::from_str(json).map_err(|error| Error::parse("a recording of chunks", json, error))?;
        let mut cues = Vec::with_capacity(recording.chunks.len() + 1);
        let mut delays = Vec::with_capacity(cues.capacity());
        let mut model = (Text::EMPTY, Text::EMPTY);
        for chunk in recording.chunks {
            delays.push(chunk.get("delay_ms").and_then(Dynamic::as_f64).and_then(to_duration));
            let mut piece: AiMessageChunk = chunk.to()?;
            // The id of the recorded run: the piece gets that of the run which it becomes part of.
            piece.id = piece.id.filter(|id| !id.starts_with("lc_run--"));
            learn(&mut model, &piece);
            cues.push(Cue::from(piece));
        }
        if let Some(Failure { class, message }) = recording.error {
            delays.push(None);
            cues.push(Error::new(ErrorKind::Model, message).with("class", class).into());
        }
        let recorded: Arc<[Cue]> = cues.into();
        Ok(Self {
            name: recording.client.unwrap_or_else(|| "ReplayChat".into()),
            params: ModelParams::new(model.0, model.1),
            streams: recording.mode.is_none_or(|mode| mode == "stream"),
            played: Arc::clone(&recorded),
            recorded,
            delays: delays.into(),
        })
    }

    /// Plays at the recording's own pace, by the timer of the call. A piece whose time was not recorded takes
    /// `otherwise`.
    pub fn paced(mut self, otherwise: Duration) -> Self {
        let recorded = self.recorded.iter().zip(&*self.delays);
        let with_pause =
            |(cue, delay): (&Cue, &Option<Duration>)| [Cue::Wait(delay.unwrap_or(otherwise)), cue.clone()];
        self.played = recorded.flat_map(with_pause).collect();
        self
    }

    /// The name of its runs; the recording's client unless set.
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.name = name.into();
        self
    }

    /// What it says of itself; provider and model as the recording's chunks tell them unless set.
    pub fn params(mut self, params: ModelParams) -> Self {
        self.params = params;
        self
    }
}

/// Takes the provider's and the model's name from where providers tell them.
fn learn(model: &mut (Text, Text), piece: &AiMessageChunk) {
    let told = |key| piece.response_metadata().get(key).and_then(Dynamic::as_str).map(Text::from);
    if let Some(provider) = told("model_provider") {
        model.0 = provider;
    }
    if let Some(name) = told("model_name").or_else(|| told("model")) {
        model.1 = name;
    }
}

fn to_duration(ms: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(ms / 1000.0).ok()
}

impl ChatModel for ReplayChat {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }

    fn params(&self, _options: &CallOptions) -> ModelParams {
        self.params.clone()
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        Box::pin(Play::new(Arc::clone(&self.played), Duration::ZERO, Cue::to_chat))
    }
}
