//! [`ResponseCache`]: answers that are kept, so that the same question need not be asked twice.

mod key;
mod memory;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::output::Generation;
use crate::value::Map;

pub(super) use key::key;
pub use memory::MemoryCache;

/// Keeps the answers of models; see `with_cache` of [`Chat`](super::Chat) and [`Llm`](super::Llm).
///
/// A key is a text that says everything that the answer depends on: the model and what it says of the call, the
/// call's options, and the prompt without the ids of its messages. It is long; a cache may keep a hash of it.
///
/// A cache that fails counts as one that has nothing: it must not make a call fail.
pub trait ResponseCache: Send + Sync + 'static {
    /// The answer that is kept under a key.
    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<CachedResponse>>>;

    /// Keeps an answer.
    fn store<'a>(&'a self, key: &'a str, response: Arc<CachedResponse>) -> BoxFuture<'a, ()>;
}

/// A whole answer as a cache keeps it; it serializes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CachedResponse {
    /// The pieces in their order if the answer was streamed (each a chunk), otherwise the generations, the best
    /// first.
    pub generations: Vec<Generation>,
    /// What the provider said about the call.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub llm_output: Map,
}

impl CachedResponse {
    /// Whether the answer was streamed.
    pub fn is_streamed(&self) -> bool {
        self.generations.first().is_some_and(|generation| generation.is_chunk)
    }
}
