//! [`Piece`]: what functions that give streams may put into them.

use crate::error::{BoxError, Error, Result};
use crate::message::{AiMessage, AiMessageChunk};
use crate::value::Value;

/// An item of a stream that a function gives: a chunk of a value, or a `Result` of one.
///
/// Every value that is its own chunk is one (texts, numbers, lists, dynamic values and whatever
/// [`whole_value!`](crate::whole_value) is used for), and so are message chunks.
#[diagnostic::on_unimplemented(
    message = "a stream of `{Self}` is not a stream of a value's chunks",
    label = "the items of this stream are not chunks of a value"
)]
pub trait Piece: Send + 'static {
    /// The value whose chunk it is.
    type Of: Value;

    /// The chunk.
    ///
    /// # Errors
    /// The function's own.
    fn into_piece(self) -> Result<<Self::Of as Value>::Chunk>;
}

impl<T: Value<Chunk = T>> Piece for T {
    type Of = T;

    fn into_piece(self) -> Result<T> {
        Ok(self)
    }
}

impl Piece for AiMessageChunk {
    type Of = AiMessage;

    fn into_piece(self) -> Result<Self> {
        Ok(self)
    }
}

impl<T: Piece, E: Into<BoxError> + Send + 'static> Piece for Result<T, E> {
    type Of = T::Of;

    fn into_piece(self) -> Result<<T::Of as Value>::Chunk> {
        self.map_err(Error::other)?.into_piece()
    }
}
