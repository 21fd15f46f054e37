//! [`Family`]: what differs between chat models and text models.

use std::borrow::Cow;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::{CallOptions, ModelParams};
use crate::error::Result;
use crate::output::{Generation, LlmResult};
use crate::prompt::PromptValue;
use crate::run::RunKind;
use crate::value::{Dynamic, Map, Text, Value};

/// Chat models, or text models.
pub trait Family: Send + Sync + 'static {
    const KIND: RunKind;
    /// The word for `ls_model_type`.
    const TYPE: &'static str;
    /// The model.
    type Client: Clone + Send + Sync + 'static;
    /// What a model is asked.
    type Prompt: Clone + Send + Sync + 'static;
    /// What it streams.
    type Piece: Clone + Send + 'static;
    /// What adds pieces up for the run's end.
    type Sum: Default + Send;
    /// What its consumers get.
    type Out: Value;

    fn name(client: &Self::Client) -> Cow<'_, str>;
    fn params(client: &Self::Client, options: &CallOptions) -> ModelParams;
    fn streams(client: &Self::Client) -> bool;
    fn stream(
        client: &Self::Client,
        prompt: Self::Prompt,
        options: CallOptions,
    ) -> BoxStream<'static, Result<Self::Piece>>;
    fn generate(
        client: &Self::Client,
        prompt: Self::Prompt,
        options: CallOptions,
    ) -> BoxFuture<'static, Result<Generated>>;

    fn prompt(prompt: PromptValue) -> Self::Prompt;
    fn prompt_to_dynamic(prompt: &Self::Prompt) -> Dynamic;

    /// Gives a piece what the run knows of it: its message's id and metadata.
    fn adopt(piece: &mut Self::Piece, id: &Text);
    /// How the stream would have to be closed if this piece was the last; `None` if it closes the stream itself.
    fn open_after(piece: &Self::Piece) -> Option<Shape>;
    /// The piece that closes the stream after pieces of this shape.
    fn closing(shape: Shape, id: &Text) -> Option<Self::Piece>;
    fn piece_to_dynamic(piece: &Self::Piece) -> Dynamic;
    /// A piece as a cache keeps it.
    fn to_generation(piece: &Self::Piece) -> Generation;
    /// A piece that a cache has kept; of a whole generation, all of it as one piece.
    fn to_piece(generation: Generation) -> Self::Piece;
    fn into_chunk(piece: Self::Piece) -> <Self::Out as Value>::Chunk;
    /// Adds a piece; false if it contradicts the sum.
    fn push(sum: &mut Self::Sum, piece: &Self::Piece) -> bool;
    /// The sum as a generation of chunks; `None` if there were no pieces.
    fn sum(sum: Self::Sum) -> Option<Generation>;

    /// A generation that is no sum of chunks any more.
    fn whole(generation: Generation) -> Generation;
    /// Gives a whole generation its id and metadata.
    fn adopt_whole(generation: &mut Generation, id: impl FnOnce() -> Text, llm_output: &Map);
    fn into_out(generation: Generation) -> Self::Out;
    /// A whole output as the only chunk of a stream that could not be streamed.
    fn whole_chunk(out: Self::Out) -> <Self::Out as Value>::Chunk;
    /// The generations that a failed run shows.
    fn partial(sum: Option<Generation>, streamed: bool) -> LlmResult;
}

/// What the content of a message is.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Text,
    Blocks,
}

/// What a model has generated for one prompt.
#[derive(Clone, Debug, Default)]
pub struct Generated {
    pub generations: Vec<Generation>,
    pub llm_output: Map,
}
