//! W1: a stream that nobody listens to.

use super::{Group, Program, Repetition, chat, count, on_runtime};
use crate::floor::chunks;

pub(super) fn group() -> Group {
    Group {
        name: "w1",
        about: "model | string parser as a stream, no listener",
        unit: "text chunk",
        size: 10_000,
        base: 2,
        programs: vec![
            Program { name: "thalweg", prepare: thalweg },
            Program { name: "floor-static", prepare: chunks::fixed },
            Program { name: "floor-dyn", prepare: chunks::boxed },
        ],
    }
}

pub(super) fn thalweg(n: usize) -> Repetition {
    let chain = chat::model_and_parser(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream("hi")).await }
    })
}
