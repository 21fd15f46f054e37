//! A parser after a retriever: documents are no answer of a model.

use thalweg::prelude::*;
use thalweg::retriever::MemoryRetriever;

fn main() {
    let chain = Retrieval::new(MemoryRetriever::new([])) | StrOutputParser;
}
