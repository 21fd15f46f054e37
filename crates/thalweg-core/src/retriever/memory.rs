//! [`MemoryRetriever`]: a handful of documents.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};

use super::Retriever;
use crate::document::Document;
use crate::error::Result;
use crate::value::Text;

/// Documents in memory, for examples and tests: finds those that contain a word of the query, or gives all.
///
/// ```
/// use thalweg_core::document::Document;
/// use thalweg_core::retriever::{MemoryRetriever, Retrieval};
///
/// let rivers = ["The Rhine is long.", "The Thames is short."].map(Document::new);
/// let retrieval = Retrieval::new(MemoryRetriever::new(rivers));
/// let found = retrieval.chain().invoke_blocking("Rhine valley")?;
/// assert_eq!(found.len(), 1);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MemoryRetriever {
    name: Text,
    documents: Arc<[Document]>,
    all: bool,
    k: usize,
}

impl MemoryRetriever {
    /// A retriever over these documents: finds those that contain one of the query's words, whatever the case.
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        let documents = documents.into_iter().collect();
        Self { name: Text::from_static("MemoryRetriever"), documents, all: false, k: usize::MAX }
    }

    /// Gives all documents for every query.
    #[must_use]
    pub fn all(mut self) -> Self {
        self.all = true;
        self
    }

    /// Gives at most so many documents.
    #[must_use]
    pub fn k(mut self, k: usize) -> Self {
        self.k = k;
        self
    }

    /// Sets the name of its runs; `MemoryRetriever` unless set.
    #[must_use]
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.name = name.into();
        self
    }

    fn find(&self, query: &str) -> Vec<Document> {
        let query = query.to_lowercase();
        let words: Vec<_> = query.split_whitespace().collect();
        let matches = |document: &&Document| {
            let text = document.page_content.to_lowercase();
            self.all || words.iter().any(|word| text.contains(word))
        };
        self.documents.iter().filter(matches).take(self.k).cloned().collect()
    }
}

impl Retriever for MemoryRetriever {
    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn retrieve(self: Arc<Self>, query: Text) -> BoxFuture<'static, Result<Vec<Document>>> {
        async move { Ok(self.find(&query)) }.boxed()
    }
}
