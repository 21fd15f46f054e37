//! [`TextModel`]: a text in, a text out, piece by piece; and [`Llm`], the runnable of one.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt};

use super::chat::nothing_generated;
use super::family::{Family, Generated, Shape};
use super::{CallOptions, ModelParams};
use crate::error::Result;
use crate::output::{Generation, GenerationFold, LlmResult};
use crate::prompt::PromptValue;
use crate::run::RunKind;
use crate::value::{Dynamic, Fold, Map, Text};

/// What a text model must offer. [`Llm`] makes a runnable of it.
///
/// ```
/// use std::borrow::Cow;
/// use std::sync::Arc;
///
/// use futures_util::stream::{self, BoxStream, StreamExt};
/// use thalweg_core::Result;
/// use thalweg_core::model::{CallOptions, Llm, ModelParams, TextModel, TextRequest};
/// use thalweg_core::output::Generation;
///
/// struct Echo;
///
/// impl TextModel for Echo {
///     fn name(&self) -> Cow<'_, str> {
///         "Echo".into()
///     }
///
///     fn params(&self, _options: &CallOptions) -> ModelParams {
///         ModelParams::new("example", "echo-1")
///     }
///
///     fn stream(self: Arc<Self>, request: TextRequest) -> BoxStream<'static, Result<Generation>> {
///         stream::iter([Ok(Generation::chunk(request.prompt))]).boxed()
///     }
/// }
///
/// assert_eq!(Llm::new(Echo).chain().invoke_blocking("hello")?, "hello");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait TextModel: Send + Sync + 'static {
    /// The name of its runs.
    fn name(&self) -> Cow<'_, str>;

    /// What it says of a call with these options.
    fn params(&self, options: &CallOptions) -> ModelParams;

    /// Whether it can stream; if not, a stream of it is its whole answer.
    fn streams(&self) -> bool {
        true
    }

    /// Answers piece by piece, each a [`Generation::chunk`]. Polled inside the model's run; dropping the stream must
    /// stop the work.
    fn stream(self: Arc<Self>, request: TextRequest) -> BoxStream<'static, Result<Generation>>;

    /// Answers at once; the sum of the stream unless overridden.
    fn generate(self: Arc<Self>, request: TextRequest) -> BoxFuture<'static, Result<Generation>> {
        let mut pieces = self.stream(request);
        Box::pin(async move {
            let mut fold = GenerationFold::default();
            while let Some(piece) = pieces.next().await {
                fold.push(&piece?);
            }
            fold.finish().map(LlmFamily::whole).ok_or_else(nothing_generated)
        })
    }
}

/// What a text model is asked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct TextRequest {
    /// The prompt.
    pub prompt: Text,
    /// What the call asks besides.
    pub options: CallOptions,
}

/// The runnable of a text model.
pub type Llm = super::runnable::Model<LlmFamily>;

impl Llm {
    /// The runnable of this model.
    pub fn new(model: impl TextModel) -> Self {
        Self::from_client(Arc::new(model))
    }

    /// The runnable of a shared model.
    pub fn from_arc(model: Arc<dyn TextModel>) -> Self {
        Self::from_client(model)
    }
}

/// Text models; see [`Llm`].
#[derive(Debug)]
pub struct LlmFamily(());

impl Family for LlmFamily {
    const KIND: RunKind = RunKind::Llm;
    const TYPE: &'static str = "llm";
    type Client = Arc<dyn TextModel>;
    type Prompt = Text;
    type Piece = Generation;
    type Sum = GenerationFold;
    type Out = String;

    fn name(client: &Self::Client) -> Cow<'_, str> {
        client.name()
    }

    fn params(client: &Self::Client, options: &CallOptions) -> ModelParams {
        client.params(options)
    }

    fn streams(client: &Self::Client) -> bool {
        client.streams()
    }

    fn stream(
        client: &Self::Client,
        prompt: Text,
        options: CallOptions,
    ) -> BoxStream<'static, Result<Generation>> {
        Arc::clone(client).stream(TextRequest { prompt, options })
    }

    fn generate(
        client: &Self::Client,
        prompt: Text,
        options: CallOptions,
    ) -> BoxFuture<'static, Result<Generated>> {
        let generation = Arc::clone(client).generate(TextRequest { prompt, options });
        Box::pin(
            async move { Ok(Generated { generations: vec![generation.await?], llm_output: Map::new() }) },
        )
    }

    fn prompt(prompt: PromptValue) -> Text {
        prompt.to_text()
    }

    fn prompt_to_dynamic(prompt: &Text) -> Dynamic {
        prompt.clone().into()
    }

    fn adopt(_piece: &mut Generation, _id: &Text) {}

    fn open_after(_piece: &Generation) -> Option<Shape> {
        None
    }

    fn closing(_shape: Shape, _id: &Text) -> Option<Generation> {
        None
    }

    fn piece_to_dynamic(piece: &Generation) -> Dynamic {
        piece.clone().into()
    }

    fn to_generation(piece: &Generation) -> Generation {
        piece.clone()
    }

    fn to_piece(generation: Generation) -> Generation {
        Generation { is_chunk: true, ..generation }
    }

    fn into_chunk(piece: Generation) -> String {
        piece.text.into()
    }

    fn push(sum: &mut GenerationFold, piece: &Generation) -> bool {
        sum.push(piece)
    }

    fn sum(sum: GenerationFold) -> Option<Generation> {
        sum.finish()
    }

    fn whole(generation: Generation) -> Generation {
        Generation { is_chunk: false, ..generation }
    }

    fn adopt_whole(_generation: &mut Generation, _id: impl FnOnce() -> Text, _llm_output: &Map) {}

    fn into_out(generation: Generation) -> String {
        generation.text.into()
    }

    fn whole_chunk(out: String) -> String {
        out
    }

    fn partial(sum: Option<Generation>, streamed: bool) -> LlmResult {
        let generations = sum.filter(|_| streamed).map(|sum| vec![sum]).into_iter().collect();
        LlmResult { generations, ..LlmResult::default() }
    }
}
