//! [`Retriever`]: what finds documents for a query.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::document::Document;
use crate::error::Result;
use crate::value::{Map, Text};

/// What a retriever must offer. [`Retrieval`](super::Retrieval) makes a runnable of it.
///
/// ```
/// use std::borrow::Cow;
/// use std::sync::Arc;
///
/// use futures_util::future::{BoxFuture, FutureExt};
/// use thalweg_core::Result;
/// use thalweg_core::document::Document;
/// use thalweg_core::retriever::{Retrieval, Retriever};
/// use thalweg_core::value::Text;
///
/// struct Oracle;
///
/// impl Retriever for Oracle {
///     fn name(&self) -> Cow<'_, str> {
///         "OracleRetriever".into()
///     }
///
///     fn retrieve(self: Arc<Self>, query: Text) -> BoxFuture<'static, Result<Vec<Document>>> {
///         async move { Ok(vec![Document::new(format!("{query}? Perhaps."))]) }.boxed()
///     }
/// }
///
/// let documents = Retrieval::new(Oracle).chain().invoke_blocking("Rain")?;
/// assert_eq!(documents[0].page_content, "Rain? Perhaps.");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait Retriever: Send + Sync + 'static {
    /// The name of its runs.
    fn name(&self) -> Cow<'_, str>;

    /// The entries of its runs' metadata: under `ls_retriever_name` its name in lower case, without `Retriever` at its
    /// beginning or end, unless overridden.
    fn metadata(&self) -> Map {
        let name = self.name();
        let short = match name.strip_prefix("Retriever") {
            Some(rest) => rest,
            None => name.strip_suffix("Retriever").unwrap_or(&name),
        };
        let mut metadata = Map::new();
        metadata.insert("ls_retriever_name", short.to_lowercase());
        metadata
    }

    /// Finds the documents, the best first. Polled inside the retriever's run; dropping the future must stop the work.
    fn retrieve(self: Arc<Self>, query: Text) -> BoxFuture<'static, Result<Vec<Document>>>;
}
