//! [`JsonOutputParser`]: the JSON in a model's answer, while it is written.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::answer::{Answer, Grown};
use super::reading::{Reader, read};
use super::same::Same;
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::Result;
use crate::parse::json::JsonParser;
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::stream::ChunkStream;
use crate::value::Dynamic;

/// Gives the JSON in a model's answer. While the answer comes, each chunk is the value so far, whenever it has
/// changed: strings, lists and objects that are not finished yet are shown as far as they have come. The JSON may stand
/// in a fence and have prose around it, see [`JsonParser`].
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::parser::JsonOutputParser;
/// use thalweg_core::value::Dynamic;
///
/// let chain: Chain<String, Dynamic> = Chain::new(JsonOutputParser::new());
/// let value = chain.invoke_blocking("```json\n{\"river\": \"Rhine\"}\n```")?;
/// assert_eq!(value.get("river").and_then(Dynamic::as_str), Some("Rhine"));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonOutputParser(());

impl JsonOutputParser {
    /// A parser that streams the value so far.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<I: ParserInput> Runnable<I> for JsonOutputParser {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        "JsonOutputParser".into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Parser)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, _context: Context) -> Result<Dynamic> {
        parse(&I::piece(&input.into_chunk())?.text())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        let compat = context.is_compat();
        read(input, Values { json: Json::new(compat), compat }).snapshots(!compat)
    }
}

/// The value of a whole answer.
pub(super) fn parse(text: &str) -> Result<Dynamic> {
    let mut json = JsonParser::new();
    json.push(text);
    json.finish()
}

/// The JSON of an answer so far, and what was last shown of it.
pub(super) struct Json {
    answer: Answer,
    parser: JsonParser,
    last: Option<Dynamic>,
    same: Same,
}

impl Json {
    pub(super) fn new(compat: bool) -> Self {
        let same = if compat { Same::AsPython } else { Same::Exactly };
        Self { answer: Answer::new(compat), parser: JsonParser::new(), last: None, same }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: Piece<'_>) -> Result<()> {
        match self.answer.push(piece)? {
            Grown::By(more) => self.parser.push(&more),
            Grown::To(text) => {
                self.parser = JsonParser::new();
                self.parser.push(&text);
            }
        }
        Ok(())
    }

    /// The value so far, if it is another one than last time.
    pub(super) fn changed(&mut self) -> Option<&Dynamic> {
        let value = self.parser.snapshot()?;
        self.set(value)
    }

    /// The value of the finished answer, if it is another one than last time.
    pub(super) fn finish(&mut self) -> Result<Option<&Dynamic>> {
        let value = std::mem::take(&mut self.parser).finish()?;
        Ok(self.set(value))
    }

    fn set(&mut self, value: Dynamic) -> Option<&Dynamic> {
        if self.last.as_ref().is_some_and(|last| self.same.is(last, &value)) {
            return None;
        }
        self.last = Some(value);
        self.last.as_ref()
    }
}

/// Reads the values so far.
struct Values {
    json: Json,
    compat: bool,
}

impl Reader<Dynamic> for Values {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<Dynamic>) -> Result<()> {
        self.json.push(piece)?;
        out.extend(self.json.changed().cloned());
        Ok(())
    }

    /// What a call without streaming would give has to be the last chunk. In compat mode an answer without JSON is
    /// passed over.
    fn finish(&mut self, out: &mut VecDeque<Dynamic>) -> Result<()> {
        if !self.compat {
            out.extend(self.json.finish()?.cloned());
        }
        Ok(())
    }
}
