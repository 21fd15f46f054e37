//! [`Model`]: the runnable of a chat or text model.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::around::Around;
use super::cache::ResponseCache;
use super::family::Family;
use super::rate::RateLimiter;
use super::{CallOptions, IntoPrompt, invoke, stream};
use crate::callback::Handlers;
use crate::context::Context;
use crate::error::Result;
use crate::prompt::PromptValue;
use crate::run::{Local, Run, RunKind, add_listeners};
use crate::runnable::{Chain, Runnable, Stage, Streaming};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text};

/// The runnable of a model: as [`Chat`](super::Chat) of a chat model, as [`Llm`](super::Llm) of a text model.
///
/// Its options, tags, metadata and handlers are its own: they are not handed down.
pub struct Model<F: Family> {
    client: F::Client,
    local: Local,
    streaming: Option<bool>,
    around: Option<Arc<Around>>,
}

impl<F: Family> Clone for Model<F> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            local: self.local.clone(),
            streaming: self.streaming,
            around: self.around.clone(),
        }
    }
}

impl<F: Family> Model<F> {
    pub(super) fn from_client(client: F::Client) -> Self {
        Self { client, local: Local::default(), streaming: None, around: None }
    }

    /// Tags of the model's own runs.
    #[must_use]
    pub fn with_tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.local.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// An entry in the metadata of the model's own runs.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.local.metadata.insert(key, value);
        self
    }

    /// Handlers of the model's own runs.
    #[must_use]
    pub fn with_handlers(mut self, handlers: &Handlers) -> Self {
        add_listeners(&mut self.local.listeners, handlers.listeners());
        self
    }

    /// Has the model answer at once where it could stream.
    #[must_use]
    pub fn disable_streaming(mut self) -> Self {
        self.streaming = Some(false);
        self
    }

    /// Has the model stream to its handlers even where its caller wants the whole answer at once.
    #[must_use]
    pub fn always_streaming(mut self) -> Self {
        self.streaming = Some(true);
        self
    }

    /// Looks in a cache before the model is asked, and keeps there what it answers, whole or streamed. An answer that
    /// was streamed is streamed again from the cache in the same pieces, and one serves the other: a stream from a
    /// whole answer has one piece. What fails or is dropped halfway is not kept. Replaces a cache set before.
    #[must_use]
    pub fn with_cache(mut self, cache: impl ResponseCache) -> Self {
        Arc::make_mut(self.around.get_or_insert_default()).cache = Some(Arc::new(cache));
        self
    }

    /// Waits before every request until the limiter lets it through. Answers from the cache do not wait. The wait is
    /// part of the model's run. Replaces a limiter set before.
    #[must_use]
    pub fn with_rate_limiter(mut self, limiter: impl RateLimiter) -> Self {
        Arc::make_mut(self.around.get_or_insert_default()).limiter = Some(Arc::new(limiter));
        self
    }

    /// The model as a chain.
    pub fn chain(self) -> Chain<PromptValue, F::Out> {
        self.into_chain()
    }

    pub(super) fn streams(&self) -> bool {
        self.streaming != Some(false) && F::streams(&self.client)
    }

    /// Whether its client can stream, even if it is asked not to.
    pub(super) fn can_stream(&self) -> bool {
        F::streams(&self.client)
    }

    /// Whether it streams in a run whose caller wants the whole answer.
    pub(super) fn streams_inside(&self, run: &Run) -> bool {
        // There a text model does not stream unless it is asked to.
        let silent = run.scope().compat && F::KIND == RunKind::Llm;
        self.streams() && (self.streaming == Some(true) || (run.wants_tokens() && !silent))
    }

    /// Makes the node of a run for a call with these options.
    pub(super) fn make_run(&self, context: Context, options: &CallOptions) -> Arc<Run> {
        let mut params = F::params(&self.client, options);
        if options.stop_sequences().next().is_some()
            && let Some(stop) = options.get("stop")
        {
            params = params.with("ls_stop", stop.clone());
        }
        let mut local = self.local.clone();
        let own = std::mem::replace(&mut local.metadata, params.metadata(F::TYPE));
        for (key, value) in own {
            local.metadata.insert(key, value);
        }
        context.make_run(F::KIND, || Text::from(F::name(&self.client)), Some(Box::new(local)))
    }

    pub(super) fn pieces(
        &self,
        prompt: F::Prompt,
        options: CallOptions,
    ) -> BoxStream<'static, Result<F::Piece>> {
        match &self.around {
            None => F::stream(&self.client, prompt, options),
            Some(around) => around.stream::<F>(&self.client, prompt, options),
        }
    }

    pub(super) fn ask(
        &self,
        prompt: F::Prompt,
        options: CallOptions,
    ) -> BoxFuture<'static, Result<super::family::Generated>> {
        match &self.around {
            None => F::generate(&self.client, prompt, options),
            Some(around) => around.generate::<F>(&self.client, prompt, options),
        }
    }
}

impl<F: Family> fmt::Debug for Model<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("name", &F::name(&self.client))
            .field("kind", &F::KIND)
            .finish_non_exhaustive()
    }
}

/// The options of a call, out of its context.
pub(super) fn options(context: &mut Context) -> CallOptions {
    CallOptions::shared(context.options.take())
}

impl<F: Family, I: IntoPrompt> Stage<I, F::Out> for Model<F> {
    fn name(&self) -> Cow<'_, str> {
        F::name(&self.client)
    }

    fn kind(&self) -> Option<RunKind> {
        Some(F::KIND)
    }

    fn streaming(&self) -> Streaming {
        if self.streams() { Streaming::Output } else { Streaming::Whole }
    }

    fn invoke(&self, input: I, mut context: Context) -> BoxFuture<'_, Result<F::Out>> {
        let options = options(&mut context);
        Box::pin(async move {
            let prompt = F::prompt(input.into_prompt()?);
            let run = self.make_run(context, &options);
            Ok(F::into_out(invoke::one(self, prompt, options, run).await?))
        })
    }

    fn stream(self: Arc<Self>, input: I, mut context: Context) -> ChunkStream<F::Out> {
        let options = options(&mut context);
        let prompt = match input.into_prompt() {
            Ok(prompt) => F::prompt(prompt),
            Err(error) => return ChunkStream::fail(error),
        };
        if self.streams() {
            let run = self.make_run(context, &options);
            stream::stream(self, prompt, options, run)
        } else {
            let run = self.make_run(context.for_one_chunk(F::KIND), &options);
            ChunkStream::once_chunk(async move {
                Ok(F::whole_chunk(F::into_out(invoke::one(&self, prompt, options, run).await?)))
            })
        }
    }

    fn transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<F::Out> {
        crate::engine::gather(input, !context.is_compat(), context, move |whole, context| {
            Stage::<I, F::Out>::stream(self, whole, context)
        })
    }
}

impl<F: Family, I: IntoPrompt> Runnable<I> for Model<F> {
    type Out = F::Out;

    fn name(&self) -> Cow<'_, str> {
        F::name(&self.client)
    }

    /// The model's stage starts its own run.
    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    async fn run(&self, input: I, context: Context) -> Result<F::Out> {
        Stage::<I, F::Out>::invoke(self, input, context).await
    }

    fn run_stream(self: Arc<Self>, input: I, context: Context) -> ChunkStream<F::Out> {
        Stage::<I, F::Out>::stream(self, input, context)
    }

    fn into_chain(self) -> Chain<I, F::Out> {
        Chain::from_stage(Arc::new(self))
    }
}

impl<F: Family, R: Runnable<F::Out>> std::ops::BitOr<R> for Model<F> {
    type Output = Chain<PromptValue, R::Out>;

    fn bitor(self, next: R) -> Self::Output {
        self.chain().then(next)
    }
}
