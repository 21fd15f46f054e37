//! [`GrowingContent`]: message content that takes the content of further chunks.

use super::list::TreeList;
use super::text::GrowingText;
use super::tree::Tree;
use crate::error::Result;
use crate::message::{Block, Content};
use crate::value::{Dynamic, Text};

/// Content that grows.
#[derive(Debug)]
pub(crate) enum GrowingContent {
    Text(GrowingText),
    Blocks(TreeList),
}

impl Default for GrowingContent {
    fn default() -> Self {
        Self::Text(GrowingText::default())
    }
}

impl From<Content> for GrowingContent {
    fn from(content: Content) -> Self {
        match content {
            Content::Text(text) => Self::Text(GrowingText::Shared(text)),
            Content::Blocks(blocks) => {
                Self::Blocks(blocks.into_iter().map(|block| Tree::Fixed(block.into())).collect())
            }
        }
    }
}

impl GrowingContent {
    /// Adds the content of the next chunk.
    pub(crate) fn push(&mut self, piece: &Content) -> Result<()> {
        match (self, piece) {
            (Self::Text(here), Content::Text(text)) => here.push(text),
            (here @ Self::Text(_), Content::Blocks(blocks)) => here.open(blocks),
            (Self::Blocks(here), Content::Blocks(blocks)) => {
                return blocks.iter().try_for_each(|block| here.merge(&block.clone().into()));
            }
            (Self::Blocks(here), Content::Text(text)) => push_text(here, text),
        }
        Ok(())
    }

    /// Makes a list of the text, even of an empty one, and the blocks.
    fn open(&mut self, blocks: &[Block]) {
        let Self::Text(text) = self else { return };
        let mut list: TreeList = std::iter::once(Tree::Text(std::mem::take(text))).collect();
        for block in blocks {
            list.push(block.clone().into());
        }
        *self = Self::Blocks(list);
    }

    pub(crate) fn finish(self) -> Content {
        match self {
            Self::Text(text) => Content::Text(text.into_text()),
            Self::Blocks(list) => Content::Blocks(
                list.into_trees().filter_map(|tree| Block::from_dynamic(tree.finish())).collect(),
            ),
        }
    }
}

/// A text continues the last element if that is a text, else it becomes one. After an empty list it is lost, as
/// it is in langchain-core, so that sums are the same here and there.
fn push_text(list: &mut TreeList, text: &Text) {
    if let Some(last) = list.last_mut().and_then(Tree::text_mut) {
        last.push(text);
    } else if !text.is_empty() && !list.is_empty() {
        list.push(Dynamic::Text(text.clone()));
    }
}
