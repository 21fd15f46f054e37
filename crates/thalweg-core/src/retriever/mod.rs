//! Retrievers: a query in, documents out.
//!
//! Knows documents and runnables; stores and embeddings are other crates' business. Within: `contract` is what a
//! retriever must offer, `runnable` runs one, `memory` is a small one for examples and tests.

mod contract;
mod memory;
mod runnable;

pub use contract::Retriever;
pub use memory::MemoryRetriever;
pub use runnable::{Query, Retrieval};
