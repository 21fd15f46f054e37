//! The items of a generator's stream are chunks of a value.

use std::path::PathBuf;

use futures_util::StreamExt;
use thalweg::prelude::*;

fn main() {
    let chain = generator(|chunks: ChunkStream<String>| chunks.map(|chunk| PathBuf::from(chunk.unwrap())));
}
