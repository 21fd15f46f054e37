//! W4: a JSON document in small pieces, its value read after each.

use std::hint::black_box;
use std::sync::Arc;

use futures_util::StreamExt;
use thalweg_core::parser::JsonOutputParser;
use thalweg_core::{Chain, ChunkStream};

use super::{Group, Program, Repetition, on_runtime};
use crate::floor::json;

pub(super) fn group() -> Group {
    Group {
        name: "w4",
        about: "a JSON document of n bytes in pieces of 16, a shared snapshot after each",
        unit: "piece",
        size: 100_000,
        base: 1,
        programs: vec![
            Program { name: "thalweg", prepare: thalweg },
            Program { name: "floor-tree", prepare: json::tree },
            Program { name: "floor-serde", prepare: json::whole },
            Program { name: "floor-scan", prepare: json::scan },
        ],
    }
}

#[allow(clippy::expect_used, reason = "a program that fails measures nothing")]
fn thalweg(n: usize) -> Repetition {
    let pieces: Arc<[String]> = json::pieces(&json::document(n)).map(str::to_owned).collect();
    let chain: Chain<String, _> = Chain::new(JsonOutputParser::new());
    on_runtime(move || {
        let (chain, pieces) = (chain.clone(), Arc::clone(&pieces));
        async move {
            let count = pieces.len();
            let input =
                ChunkStream::from_chunks((0..count).map(move |i| pieces.get(i).cloned().unwrap_or_default()));
            let mut values = chain.transform(input);
            while let Some(value) = values.next().await {
                black_box(value.expect("the document is JSON"));
            }
            count as u64
        }
    })
}
