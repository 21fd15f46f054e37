//! [`ListOutputParser`]: the list in a model's answer.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use super::reading::{Reader, read};
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::Result;
use crate::message::Content;
use crate::parse::list::{ListParser, ListStyle};
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::stream::ChunkStream;
use crate::value::Text;

/// Gives the items of a list in a model's answer. While the answer comes, each chunk is a list of one item, given when
/// the item is known to be finished; chunks add up to the whole list.
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::parser::ListOutputParser;
///
/// let chain: Chain<String, Vec<String>> = Chain::new(ListOutputParser::comma());
/// assert_eq!(chain.invoke_blocking("red, \"green, blue\"")?, ["red", "green, blue"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOutputParser {
    style: ListStyle,
}

impl ListOutputParser {
    /// For values with commas between them. Its runs are named `CommaSeparatedListOutputParser`.
    pub fn comma() -> Self {
        Self { style: ListStyle::Comma }
    }

    /// For lines such as `1. item`. Its runs are named `NumberedListOutputParser`.
    pub fn numbered() -> Self {
        Self { style: ListStyle::Numbered }
    }

    /// For lines such as `- item`. Its runs are named `MarkdownListOutputParser`.
    pub fn markdown() -> Self {
        Self { style: ListStyle::Markdown }
    }
}

impl<I: ParserInput> Runnable<I> for ListOutputParser {
    type Out = Vec<String>;

    fn name(&self) -> Cow<'_, str> {
        match self.style {
            ListStyle::Comma => "CommaSeparatedListOutputParser",
            ListStyle::Numbered => "NumberedListOutputParser",
            ListStyle::Markdown => "MarkdownListOutputParser",
        }
        .into()
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

    async fn run(&self, input: I, context: Context) -> Result<Vec<String>> {
        let text = I::into_text(input.into_chunk())?;
        let items = if context.is_compat() {
            self.style.parse(&text)
        } else {
            let mut parser = ListParser::steady(self.style);
            let mut items = parser.push(&text);
            items.extend(parser.finish());
            items
        };
        Ok(items.into_iter().map(String::from).collect())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<Vec<String>> {
        let compat = context.is_compat();
        let parser = if compat { ListParser::new(self.style) } else { ListParser::steady(self.style) };
        read(input, Items { parser: Some(parser), any: compat, compat })
    }
}

/// Reads the items.
struct Items {
    /// `None` at the end.
    parser: Option<ListParser>,
    /// Whether there was an item, or nobody cares.
    any: bool,
    compat: bool,
}

impl Items {
    fn give(&mut self, items: Vec<Text>, out: &mut VecDeque<Vec<String>>) {
        self.any |= !items.is_empty();
        out.extend(items.into_iter().map(|item| vec![item.into()]));
    }
}

impl Reader<Vec<String>> for Items {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<Vec<String>>) -> Result<()> {
        // langchain-core passes over pieces whose content is a list of blocks.
        let skipped = self.compat && matches!(piece.content(), Some(Content::Blocks(_)));
        if let Some(parser) = self.parser.as_mut().filter(|_| !skipped) {
            let items = parser.push(&piece.text());
            self.give(items, out);
        }
        Ok(())
    }

    /// An answer without items is an empty list.
    fn finish(&mut self, out: &mut VecDeque<Vec<String>>) -> Result<()> {
        if let Some(parser) = self.parser.take() {
            self.give(parser.finish(), out);
        }
        if !self.any {
            out.push_back(Vec::new());
        }
        Ok(())
    }
}
