//! [`XmlOutputParser`]: the XML in a model's answer.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::reading::{Reader, read};
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::message::Content;
use crate::parse::xml::{XmlParser, find_xml, parse_xml};
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text};

/// Gives the XML in a model's answer as nested objects and lists: `<a><b>x</b></a>` is `{"a": [{"b": "x"}]}`. While the
/// answer comes, each chunk is an innermost element that is finished, within the elements around it. Chunks add up key by
/// key: their sum has every element, those that are nested more deeply each within elements of its own. What stands before
/// and after the XML is passed over, in a fence or not.
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::parser::XmlOutputParser;
///
/// let chain = Chain::<String, _>::new(XmlOutputParser::new());
/// let value = chain.invoke_blocking("Here: <films><film>Alien</film><film>Heat</film></films>")?;
/// assert_eq!(value.to_string(), r#"{"films":[{"film":"Alien"},{"film":"Heat"}]}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct XmlOutputParser {
    tags: Vec<Text>,
}

impl XmlOutputParser {
    /// A parser for any XML.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the tags that are expected, for [`format_instructions`](Self::format_instructions); others are read as well.
    #[must_use]
    pub fn tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// What a model should be told about the form of its answer.
    ///
    /// ```
    /// use thalweg_core::parser::XmlOutputParser;
    ///
    /// let told = XmlOutputParser::new().tags(["film", "year"]).format_instructions();
    /// assert!(told.contains("film, year"));
    /// ```
    pub fn format_instructions(&self) -> String {
        let mut told =
            "Answer with one well-formed XML document and nothing else. Close every tag that you open, and \
                        write & as &amp; and < as &lt; in texts."
                .to_owned();
        if !self.tags.is_empty() {
            told.push_str(" Use these tags only: ");
            told.push_str(&self.tags.join(", "));
            told.push('.');
        }
        told
    }
}

impl<I: ParserInput> Runnable<I> for XmlOutputParser {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        "XMLOutputParser".into()
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

    /// langchain-core takes a whole answer for XML alone, unless it stands in a fence.
    async fn run(&self, input: I, context: Context) -> Result<Dynamic> {
        let text = I::into_text(input.into_chunk())?;
        let read = if context.is_compat() { parse_xml(&text) } else { find_xml(&text) };
        read.map_err(|error| Error::parse("an XML document", &text, error))
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Dynamic> {
        read(input, Elements { parser: Some(XmlParser::new()), compat: context.is_compat() })
    }
}

/// Reads the elements.
struct Elements {
    /// `None` at the end.
    parser: Option<XmlParser>,
    compat: bool,
}

impl Reader<Dynamic> for Elements {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<Dynamic>) -> Result<()> {
        // langchain-core passes over pieces whose content is a list of blocks.
        let skipped = self.compat && matches!(piece.content(), Some(Content::Blocks(_)));
        let Some(parser) = self.parser.as_mut().filter(|_| !skipped) else { return Ok(()) };
        let mut found = Vec::new();
        let read = parser.push(&piece.text(), &mut found);
        out.extend(found.into_iter().map(Dynamic::Map));
        read.map_err(|error| if self.compat { error.with("class", "ParseError") } else { error })
    }

    /// XML that is not complete fails. In compat mode it is passed over.
    fn finish(&mut self, _out: &mut VecDeque<Dynamic>) -> Result<()> {
        match self.parser.take() {
            Some(parser) if !self.compat => parser.finish(),
            _ => Ok(()),
        }
    }
}
