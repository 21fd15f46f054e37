//! W5: many branches at once.

use thalweg_core::Chain;
use thalweg_core::prompt::PromptValue;
use thalweg_core::runnable::Parallel;
use thalweg_core::value::Map;

use super::{Group, Program, Repetition, chat, count, on_runtime};
use crate::floor::{chunks, events};

pub(super) fn groups() -> [Group; 2] {
    let plain = Group {
        name: "w5",
        about: "n branches of a model of 100 texts and a parser, as a stream",
        unit: "text chunk",
        size: 100,
        base: 1,
        programs: vec![
            Program { name: "thalweg", prepare: stream },
            Program { name: "floor-select", prepare: chunks::selected },
        ],
    };
    let heard = Group {
        name: "w5-events",
        about: "the same, all events read",
        unit: "event",
        size: 100,
        base: 1,
        programs: vec![
            Program { name: "thalweg", prepare: events },
            Program { name: "floor-mpsc", prepare: events::selected },
        ],
    };
    [plain, heard]
}

fn chain(branches: usize) -> Chain<PromptValue, Map> {
    let branch =
        |parallel: Parallel<PromptValue>, i| parallel.branch(format!("b{i}"), chat::model_and_parser(100));
    (0..branches).fold(Parallel::new(), branch).into_chain()
}

fn stream(n: usize) -> Repetition {
    let chain = chain(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream("hi")).await }
    })
}

fn events(n: usize) -> Repetition {
    let chain = chain(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events("hi")).await }
    })
}
