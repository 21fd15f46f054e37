//! A model after a retriever: the documents have to go through a prompt.

use thalweg::prelude::*;
use thalweg::retriever::MemoryRetriever;

fn after(model: Chat) {
    let chain = Retrieval::new(MemoryRetriever::new([])) | model;
}

fn main() {}
