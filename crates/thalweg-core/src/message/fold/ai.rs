//! [`AiMessageFold`]: adds up the chunks of a model's answer.

use super::base::BaseSum;
use super::calls::CallsSum;
use super::complete::complete;
use crate::error::Result;
use crate::message::{AiMessageChunk, UsageMetadata};
use crate::value::{Fold, Text};

/// Adds up the chunks of a model's answer.
///
/// Texts append, blocks of one `index` are continued, tool calls grow by their `index`, objects add up key by
/// key, usage adds up; a provider's own id wins over one that was made here. One chunk alone is its own sum.
///
/// ```
/// use thalweg_core::message::{AiMessageChunk, AiMessageFold, ToolCallChunk};
/// use thalweg_core::value::Fold;
///
/// let mut fold = AiMessageFold::default();
/// for args in [r#"{"a":"#, " 1}"] {
///     let piece = ToolCallChunk::args(args).with_index(0);
///     fold.push(&AiMessageChunk::default().with_tool_call_chunks([piece]));
/// }
/// let message = fold.finish().unwrap_or_default().into_message();
/// assert_eq!(message.tool_calls[0].args.get("a").and_then(|a| a.as_i64()), Some(1));
/// ```
#[derive(Debug, Default)]
pub struct AiMessageFold(State);

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    One(AiMessageChunk),
    Sum(Box<Sum>),
}

#[derive(Debug)]
struct Sum {
    base: BaseSum,
    id: Option<Text>,
    calls: CallsSum,
    usage: Option<UsageMetadata>,
    last: bool,
}

impl AiMessageFold {
    /// Adds a chunk.
    ///
    /// # Errors
    /// [`ErrorKind::Merge`](crate::ErrorKind::Merge) when the chunk contradicts the sum: other types at one
    /// key, or two numbers that do not add up. The sum may then hold a part of the chunk.
    pub fn try_merge(&mut self, chunk: &AiMessageChunk) -> Result<()> {
        match &mut self.0 {
            State::Empty => self.0 = State::One(chunk.clone()),
            State::Sum(sum) => sum.push(chunk)?,
            State::One(first) => {
                let mut sum = Sum::new(first);
                sum.push(chunk)?;
                self.0 = State::Sum(Box::new(sum));
            }
        }
        Ok(())
    }

    /// Adds a chunk; one that contradicts the sum replaces it, and then the result is false.
    pub fn push(&mut self, chunk: &AiMessageChunk) -> bool {
        let added = self.try_merge(chunk).is_ok();
        if !added {
            self.0 = State::One(chunk.clone());
        }
        added
    }

    /// The sum; `None` if there was no chunk.
    pub fn finish(self) -> Option<AiMessageChunk> {
        match self.0 {
            State::Empty => None,
            State::One(chunk) => Some(complete(chunk)),
            State::Sum(sum) => Some(complete(sum.finish())),
        }
    }
}

impl Fold<AiMessageChunk> for AiMessageFold {
    fn push(&mut self, chunk: &AiMessageChunk) -> bool {
        Self::push(self, chunk)
    }

    fn finish(self) -> Option<AiMessageChunk> {
        Self::finish(self)
    }
}

impl Sum {
    fn new(first: &AiMessageChunk) -> Self {
        let mut calls = CallsSum::default();
        first.to_tool_call_chunks().iter().for_each(|piece| calls.push_first(piece));
        Self {
            base: BaseSum::new(
                first.content.clone(),
                first.additional_kwargs().clone(),
                first.response_metadata().clone(),
            ),
            id: first.id.clone(),
            calls,
            usage: first.usage_metadata().cloned(),
            last: first.is_last(),
        }
    }

    fn push(&mut self, chunk: &AiMessageChunk) -> Result<()> {
        if let Some(id) = chunk.id.as_ref().filter(|id| self.id.as_ref() != Some(*id))
            && rank(Some(id)) > rank(self.id.as_ref())
        {
            self.id = Some(id.clone());
        }
        if chunk.is_plain() {
            return self.base.content.push(&chunk.content);
        }
        self.base.push(&chunk.content, chunk.additional_kwargs(), chunk.response_metadata())?;
        chunk.to_tool_call_chunks().iter().for_each(|piece| self.calls.push(piece));
        if let Some(usage) = chunk.usage_metadata() {
            self.usage = Some(self.usage.as_ref().map_or_else(|| usage.clone(), |own| own.add(usage)));
        }
        self.last |= chunk.is_last();
        Ok(())
    }

    fn finish(self) -> AiMessageChunk {
        let mut out = AiMessageChunk::new(self.base.content.finish());
        out.id = self.id.filter(|id| !id.is_empty());
        let calls = self.calls.finish();
        if !calls.is_empty() {
            out = out.with_tool_call_chunks(calls);
        }
        if let Some(usage) = self.usage {
            out = out.with_usage(usage);
        }
        let kwargs = self.base.additional_kwargs.finish();
        if !kwargs.is_empty() {
            out = out.with_additional_kwargs(kwargs);
        }
        let metadata = self.base.response_metadata.finish();
        if !metadata.is_empty() {
            out = out.with_response_metadata(metadata);
        }
        if self.last { out.last() } else { out }
    }
}

/// A provider's id counts most, then the id of a run, then other ids made on the way; of equals the first.
fn rank(id: Option<&Text>) -> u8 {
    match id.map(Text::as_str) {
        None | Some("") => 0,
        Some(id) if id.starts_with("run-") || id.starts_with("lc_run-") => 2,
        Some(id) if id.starts_with("lc_") => 1,
        Some(_) => 3,
    }
}
