//! [`Around`]: what stands between a model's run and the model: its cache and its rate limiter.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};

use super::CallOptions;
use super::cache::{CachedResponse, ResponseCache, key};
use super::chat::nothing_generated;
use super::family::{Family, Generated};
use super::rate::RateLimiter;
use crate::error::Result;

/// A model's cache and rate limiter. What the cache has is not limited.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) cache: Option<Arc<dyn ResponseCache>>,
    pub(super) limiter: Option<Arc<dyn RateLimiter>>,
}

/// What the cache said.
enum Looked {
    Hit(Arc<CachedResponse>),
    /// Where to keep the answer.
    Miss(Option<(Arc<dyn ResponseCache>, String)>),
}

impl Around {
    pub(super) fn stream<F: Family>(
        &self,
        client: &F::Client,
        prompt: F::Prompt,
        options: CallOptions,
    ) -> BoxStream<'static, Result<F::Piece>> {
        let (around, client) = (self.clone(), client.clone());
        let pieces = async move {
            match around.look::<F>(&client, &prompt, &options).await? {
                Looked::Hit(response) => Ok(replay::<F>(&response)),
                Looked::Miss(keep) => {
                    around.wait().await?;
                    let pieces = F::stream(&client, prompt, options);
                    Ok::<_, crate::Error>(match keep {
                        None => pieces,
                        Some((cache, key)) => keeping::<F>(pieces, cache, key),
                    })
                }
            }
        };
        stream::once(pieces)
            .flat_map(|pieces| pieces.unwrap_or_else(|error| stream::iter([Err(error)]).boxed()))
            .boxed()
    }

    pub(super) fn generate<F: Family>(
        &self,
        client: &F::Client,
        prompt: F::Prompt,
        options: CallOptions,
    ) -> BoxFuture<'static, Result<Generated>> {
        let (around, client) = (self.clone(), client.clone());
        Box::pin(async move {
            match around.look::<F>(&client, &prompt, &options).await? {
                Looked::Hit(response) => whole::<F>(&response),
                Looked::Miss(keep) => {
                    around.wait().await?;
                    let generated = F::generate(&client, prompt, options).await?;
                    if let Some((cache, key)) = keep {
                        let Generated { generations, llm_output } = generated.clone();
                        cache.store(&key, Arc::new(CachedResponse { generations, llm_output })).await;
                    }
                    Ok(generated)
                }
            }
        })
    }

    async fn look<F: Family>(
        &self,
        client: &F::Client,
        prompt: &F::Prompt,
        options: &CallOptions,
    ) -> Result<Looked> {
        let Some(cache) = &self.cache else { return Ok(Looked::Miss(None)) };
        let key = key::<F>(client, prompt, options)?;
        let found = cache.lookup(&key).await.filter(|response| !response.generations.is_empty());
        Ok(match found {
            Some(response) => Looked::Hit(response),
            None => Looked::Miss(Some((Arc::clone(cache), key))),
        })
    }

    async fn wait(&self) -> Result<()> {
        match &self.limiter {
            None => Ok(()),
            Some(limiter) => limiter.acquire().await,
        }
    }
}

/// The answer piece by piece: as it was streamed, or the best generation as one piece.
fn replay<F: Family>(response: &Arc<CachedResponse>) -> BoxStream<'static, Result<F::Piece>> {
    let count = if response.is_streamed() { response.generations.len() } else { 1 };
    let response = Arc::clone(response);
    stream::iter(0..count)
        .filter_map(move |i| {
            let piece = response.generations.get(i).cloned().map(|generation| Ok(F::to_piece(generation)));
            std::future::ready(piece)
        })
        .boxed()
}

/// The whole answer.
fn whole<F: Family>(response: &CachedResponse) -> Result<Generated> {
    let llm_output = response.llm_output.clone();
    if !response.is_streamed() {
        return Ok(Generated { generations: response.generations.clone(), llm_output });
    }
    let mut sum = F::Sum::default();
    for piece in &response.generations {
        F::push(&mut sum, &F::to_piece(piece.clone()));
    }
    let generation = F::sum(sum).map(F::whole).ok_or_else(nothing_generated)?;
    Ok(Generated { generations: vec![generation], llm_output })
}

/// The same pieces, kept when the last one has come.
fn keeping<F: Family>(
    pieces: BoxStream<'static, Result<F::Piece>>,
    cache: Arc<dyn ResponseCache>,
    key: String,
) -> BoxStream<'static, Result<F::Piece>> {
    let kept = Some((Vec::new(), cache, key));
    stream::unfold((pieces, kept), |(mut pieces, mut kept)| async move {
        match pieces.next().await {
            Some(Ok(piece)) => {
                if let Some((generations, ..)) = &mut kept {
                    generations.push(F::to_generation(&piece));
                }
                Some((Ok(piece), (pieces, kept)))
            }
            // What has failed is not kept.
            Some(Err(error)) => Some((Err(error), (pieces, None))),
            None => {
                if let Some((generations, cache, key)) = kept {
                    let response = CachedResponse { generations, ..CachedResponse::default() };
                    cache.store(&key, Arc::new(response)).await;
                }
                None
            }
        }
    })
    .boxed()
}
