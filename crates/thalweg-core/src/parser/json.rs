//! [`JsonOutputParser`]: the JSON in a model's answer, while it is written.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::answer::{Answer, Grown};
use super::reading::{Reader, read};
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::Result;
use crate::parse::json::{JsonParser, patch, same};
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
pub struct JsonOutputParser {
    diff: bool,
}

impl JsonOutputParser {
    /// A parser that streams the value so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Streams what changes instead of the value: each chunk is a list of JSON Patch operations. A call that is not
    /// streamed gives the value.
    ///
    /// ```
    /// use futures_util::{FutureExt, TryStreamExt};
    /// use thalweg_core::{Chain, ChunkStream, parser::JsonOutputParser};
    ///
    /// let chain = Chain::new(JsonOutputParser::new().diff());
    /// let answer = ChunkStream::<String>::from_chunks(["[1".to_owned(), ", 2]".to_owned()]);
    /// let patches: Vec<_> = chain.transform(answer).try_collect().now_or_never().unwrap()?;
    /// assert_eq!(patches[0].to_string(), r#"[{"op":"replace","path":"","value":[1]}]"#);
    /// assert_eq!(patches[1].to_string(), r#"[{"op":"add","path":"/1","value":2}]"#);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn diff(mut self) -> Self {
        self.diff = true;
        self
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

    fn runs_code(&self) -> bool {
        false
    }

    async fn run(&self, input: I, _context: Context) -> Result<Dynamic> {
        parse(&I::piece(&input.into_chunk())?.text())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        let compat = context.is_compat();
        let snapshots = !compat && !self.diff;
        read(input, Values { json: Json::new(compat), diff: self.diff, compat }).snapshots(snapshots)
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
    /// Whether the parser has begun anew, and knows nothing of the last value.
    anew: bool,
}

impl Json {
    pub(super) fn new(compat: bool) -> Self {
        Self { answer: Answer::new(compat), parser: JsonParser::new(), last: None, anew: false }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: Piece<'_>) -> Result<()> {
        match self.answer.push(piece)? {
            Grown::By(more) => self.parser.push(&more),
            Grown::To(text) => {
                self.parser = JsonParser::new();
                self.parser.push(&text);
                self.anew = true;
            }
        }
        Ok(())
    }

    /// The last value and the one so far, if it is another one.
    pub(super) fn changed(&mut self) -> Option<(Option<Dynamic>, &Dynamic)> {
        let value = self.parser.take_change()?.into_value();
        let anew = std::mem::take(&mut self.anew);
        if anew && self.last.as_ref().is_some_and(|last| same(last, &value, &mut 0)) {
            return None;
        }
        Some((self.last.replace(value), self.last.as_ref()?))
    }

    /// The last value and that of the finished answer.
    pub(super) fn finish(&mut self) -> Result<(Option<Dynamic>, Dynamic)> {
        let value = std::mem::take(&mut self.parser).finish()?;
        Ok((self.last.take(), value))
    }
}

/// Reads the values so far, or the differences between them.
struct Values {
    json: Json,
    diff: bool,
    compat: bool,
}

impl Values {
    fn shown(&self, last: Option<&Dynamic>, value: Dynamic) -> Dynamic {
        if self.diff { patch(last, &value).into() } else { value }
    }
}

impl Reader<Dynamic> for Values {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<Dynamic>) -> Result<()> {
        self.json.push(piece)?;
        if let Some((last, value)) = self.json.changed() {
            let value = value.clone();
            out.push_back(self.shown(last.as_ref(), value));
        }
        Ok(())
    }

    /// What a call without streaming would give has to be the last chunk. In compat mode an answer without JSON is
    /// passed over.
    fn finish(&mut self, out: &mut VecDeque<Dynamic>) -> Result<()> {
        if !self.compat {
            let (last, value) = self.json.finish()?;
            if last.as_ref() != Some(&value) {
                out.push_back(self.shown(last.as_ref(), value));
            }
        }
        Ok(())
    }
}
