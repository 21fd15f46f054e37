//! The core of Thalweg: runnables, the run tree, events, messages, prompts and parsers.
//!
//! This crate names no async runtime and does no I/O.

mod ambient;
mod block_on;
pub mod callback;
mod cancel;
mod compat;
mod config;
mod context;
pub mod document;
mod engine;
pub mod error;
pub mod event;
mod excerpt;
mod id;
pub mod message;
pub mod model;
pub mod output;
pub mod parse;
pub mod parser;
pub mod prompt;
mod python;
pub mod retriever;
pub mod run;
pub mod runnable;
pub mod schema;
mod shared;
mod spawn;
mod stream;
pub mod template;
mod time;
mod timestamp;
pub mod tool;
pub mod value;
pub mod view;

pub use ambient::{Entered, Scoped};
pub use block_on::{BlockingIter, BlockingStream, blocking_iter};
pub use cancel::{CancelToken, Cancelled};
pub use compat::Compat;
pub use config::Config;
pub use context::{Context, IntoContext};
pub use error::{BoxError, Error, ErrorKind, Result};
pub use id::RunId;
pub use runnable::{
    Alternatives, Backoff, BlockingCompleted, Chain, Completed, Configurable, Fallbacks, IntoContexts,
    Outcome, RetryPolicy, Returned, Runnable, Streaming, generator, generator_with, lambda, lambda_stream,
    lambda_with, passthrough, pick, pick_keys,
};
pub use spawn::{Spawned, spawn, spawn_fn};
pub use stream::ChunkStream;
pub use time::Timer;

/// Implements [`Value`](crate::value::Value) for types that only ever arrive whole: a stream of one has one
/// chunk, the value itself, and if several come the last one counts. The types must implement
/// `Clone + Debug + Serialize + Send + Sync`.
///
/// ```
/// #[derive(Clone, Debug, serde::Serialize)]
/// struct Answer {
///     text: String,
/// }
/// thalweg_core::whole_value!(Answer);
/// ```
#[macro_export]
macro_rules! whole_value {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::value::Value for $type {
            type Chunk = Self;
            type Fold = $crate::value::Last<Self>;

            fn into_chunk(self) -> Self {
                self
            }

            fn from_sum(sum: Option<Self>) -> $crate::Result<Self> {
                sum.ok_or_else($crate::value::empty_stream::<Self>)
            }

            fn to_dynamic(&self) -> $crate::value::Dynamic {
                $crate::value::Dynamic::object(self.clone())
            }

            fn chunk_to_dynamic(chunk: &Self) -> $crate::value::Dynamic {
                chunk.to_dynamic()
            }
        }
    )+};
}
