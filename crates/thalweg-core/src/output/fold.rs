//! [`GenerationFold`]: adds up the chunks of a generation.

use super::{GeneratedMessage, Generation};
use crate::error::{Error, ErrorKind, Result};
use crate::message::MessageFold;
use crate::message::merge::{GrowingText, TreeMap};
use crate::value::Fold;

/// Adds up the chunks of a generation: texts append, messages and what the provider said add up.
///
/// ```
/// use thalweg_core::output::{Generation, GenerationFold};
/// use thalweg_core::value::Fold;
///
/// let mut fold = GenerationFold::default();
/// fold.push(&Generation::chunk("a"));
/// fold.push(&Generation::chunk("b"));
/// assert_eq!(fold.finish().unwrap().text, "ab");
/// ```
#[derive(Debug, Default)]
pub struct GenerationFold(State);

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    One(Box<Generation>),
    Sum(Box<Sum>),
}

#[derive(Debug)]
struct Sum {
    text: GrowingText,
    info: TreeMap,
    message: Option<MessageFold>,
}

impl GenerationFold {
    /// Adds a chunk.
    ///
    /// # Errors
    /// [`ErrorKind::Merge`] when the chunk contradicts the sum, or one of the two is no chunk. The sum may then
    /// hold a part of the chunk.
    pub fn try_merge(&mut self, chunk: &Generation) -> Result<()> {
        if let State::One(first) = &self.0 {
            self.0 = State::Sum(Box::new(Sum::new(first)?));
        }
        match &mut self.0 {
            State::Sum(sum) => sum.push(chunk),
            State::Empty | State::One(_) => {
                self.0 = State::One(Box::new(chunk.clone()));
                Ok(())
            }
        }
    }
}

impl Fold<Generation> for GenerationFold {
    fn push(&mut self, chunk: &Generation) -> bool {
        let added = self.try_merge(chunk).is_ok();
        if !added {
            self.0 = State::One(Box::new(chunk.clone()));
        }
        added
    }

    fn finish(self) -> Option<Generation> {
        match self.0 {
            State::Empty => None,
            State::One(generation) => Some(*generation),
            State::Sum(sum) => Some(sum.finish()),
        }
    }
}

impl Sum {
    fn new(first: &Generation) -> Result<Self> {
        if !first.is_chunk {
            return Err(not_a_chunk());
        }
        let message = match &first.message {
            None => None,
            Some(GeneratedMessage::Message(_)) => return Err(not_a_chunk()),
            Some(GeneratedMessage::Chunk(chunk)) => {
                let mut fold = MessageFold::default();
                fold.push(chunk);
                Some(fold)
            }
        };
        let info = first.generation_info.clone().into();
        Ok(Self { text: GrowingText::Shared(first.text.clone()), info, message })
    }

    fn push(&mut self, chunk: &Generation) -> Result<()> {
        if !chunk.is_chunk {
            return Err(not_a_chunk());
        }
        self.info.merge(&chunk.generation_info)?;
        match (&mut self.message, &chunk.message) {
            (None, None) => {
                self.text.push(&chunk.text);
                Ok(())
            }
            (Some(own), Some(GeneratedMessage::Chunk(message))) => own.try_merge(message),
            _ => Err(not_a_chunk()),
        }
    }

    fn finish(self) -> Generation {
        let out = match self.message.and_then(Fold::finish) {
            Some(message) => Generation::from(message),
            None => Generation::chunk(self.text.into_text()),
        };
        out.with_generation_info(self.info.finish())
    }
}

fn not_a_chunk() -> Error {
    Error::new(ErrorKind::Merge, "two generations do not add up: both must be chunks of one kind")
}
