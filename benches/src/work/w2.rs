//! W2: chain P, its events read.

use thalweg_core::Context;
use thalweg_core::event::EventFilter;

use super::{Group, Program, Repetition, chat, count, on_runtime, w1};
use crate::floor::events;

pub(super) fn groups() -> [Group; 3] {
    let all = Group {
        name: "w2",
        about: "prompt | model | string parser, all events read",
        unit: "event",
        size: 10_000,
        base: 2,
        programs: vec![
            Program { name: "thalweg", prepare: typed },
            Program { name: "thalweg-v2", prepare: v2 },
            Program { name: "floor-inline", prepare: events::inline },
            Program { name: "floor-mpsc", prepare: events::unbounded },
            Program { name: "floor-bounded", prepare: events::bounded },
        ],
    };
    let filtered = Group {
        name: "w2-filtered",
        about: "the same behind a filter, beside w1's thalweg",
        unit: "text chunk",
        size: 10_000,
        base: 2,
        programs: vec![
            Program { name: "nothing", prepare: nothing },
            Program { name: "model", prepare: model },
            Program { name: "w1", prepare: w1::thalweg },
        ],
    };
    let log = Group {
        name: "w2-log",
        about: "the same as a run log, beside all its events",
        unit: "event",
        size: 1_000,
        base: 1,
        programs: vec![Program { name: "log", prepare: log }, Program { name: "events", prepare: typed }],
    };
    [all, filtered, log]
}

fn typed(n: usize) -> Repetition {
    let chain = chat::chain_p(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events(chat::input())).await }
    })
}

fn v2(n: usize) -> Repetition {
    let chain = chat::chain_p(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events_v2(chat::input())).await }
    })
}

/// The unit is the event that the call has, however many patches they make.
fn log(n: usize) -> Repetition {
    let chain = chat::chain_p(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move {
            count(chain.stream_log(chat::input())).await;
            3 * n as u64
        }
    })
}

fn nothing(n: usize) -> Repetition {
    filtered(n, EventFilter::new().include_names(["nobody"]))
}

fn model(n: usize) -> Repetition {
    filtered(n, EventFilter::new().include_types(["chat_model"]))
}

/// The unit is the model's chunk, however many events pass.
fn filtered(n: usize, filter: EventFilter) -> Repetition {
    let chain = chat::chain_p(n);
    on_runtime(move || {
        let (chain, filter) = (chain.clone(), filter.clone());
        async move {
            count(chain.stream_events_with(chat::input(), Context::root(), filter)).await;
            n as u64
        }
    })
}
