//! [`Document`]: a text with metadata, what retrievers return.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::value::{Dynamic, Last, Map, Text, Value, empty_stream};

/// A piece of text and what is known about it.
///
/// ```
/// use thalweg_core::document::Document;
///
/// let document = Document::new("harrison worked at kensho");
/// assert!(document.metadata.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub struct Document {
    /// Its id in a store, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// What is known about it: source, page, score and so on.
    #[serde(default)]
    pub metadata: Map,
    /// The text.
    pub page_content: Text,
}

impl Document {
    /// A document without id and metadata.
    pub fn new(page_content: impl Into<Text>) -> Self {
        Self { id: None, metadata: Map::new(), page_content: page_content.into() }
    }

    /// Sets one entry of the metadata.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.metadata.insert(key, value);
        self
    }
}

/// Arrives whole.
impl Value for Document {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        self.clone().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}
