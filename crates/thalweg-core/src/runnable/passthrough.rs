//! [`passthrough`]: a step that hands on what it gets.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Chain, Runnable, Streaming};
use crate::context::Context;
use crate::error::Result;
use crate::stream::ChunkStream;
use crate::value::Value;

/// A step that hands on its input, chunk by chunk. Its run is named `RunnablePassthrough`.
///
/// ```
/// use thalweg_core::passthrough;
///
/// assert_eq!(passthrough::<String>().invoke_blocking("as it is")?, "as it is");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn passthrough<T: Value>() -> Chain<T, T> {
    Passthrough.into_chain()
}

struct Passthrough;

impl<T: Value> Runnable<T> for Passthrough {
    type Out = T;

    fn name(&self) -> Cow<'_, str> {
        "RunnablePassthrough".into()
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    fn runs_code(&self) -> bool {
        false
    }

    async fn run(&self, input: T, _context: Context) -> Result<T> {
        Ok(input)
    }

    fn run_stream(self: Arc<Self>, input: T, _context: Context) -> ChunkStream<T> {
        ChunkStream::of(input)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<T>, _context: Context) -> ChunkStream<T> {
        input
    }
}
