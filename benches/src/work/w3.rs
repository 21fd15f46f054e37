//! W3: a lambda that dispatches custom events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use thalweg_core::callback::{adispatch_custom_event, handler_fn};
use thalweg_core::event::{Event, EventMask};
use thalweg_core::vars;
use thalweg_core::{Chain, Config, Error, lambda};

use super::{Group, Program, Repetition, count, on_runtime};
use crate::floor::events;

pub(super) fn group() -> Group {
    Group {
        name: "w3",
        about: "a lambda that dispatches n custom events",
        unit: "custom event",
        size: 10_000,
        base: 4,
        programs: vec![
            Program { name: "thalweg-stream", prepare: stream },
            Program { name: "thalweg-typed", prepare: typed },
            Program { name: "thalweg-v2", prepare: v2 },
            Program { name: "thalweg-handler", prepare: handler },
            Program { name: "floor-mpsc", prepare: events::custom },
        ],
    }
}

fn ticking(n: usize) -> Chain<String, String> {
    lambda(move |input: String| async move {
        for i in 0..n {
            adispatch_custom_event("tick", vars! { "i": i }).await?;
        }
        Ok::<String, Error>(input)
    })
}

fn stream(n: usize) -> Repetition {
    let chain = ticking(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events("hi")).await }
    })
}

/// The data as a type of its own, which serializes to the same object.
#[derive(Debug, serde::Serialize)]
struct Tick {
    i: usize,
}

fn typed(n: usize) -> Repetition {
    let chain = lambda(move |input: String| async move {
        for i in 0..n {
            adispatch_custom_event("tick", Tick { i }).await?;
        }
        Ok::<String, Error>(input)
    });
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events("hi")).await }
    })
}

fn v2(n: usize) -> Repetition {
    let chain = ticking(n);
    on_runtime(move || {
        let chain = chain.clone();
        async move { count(chain.stream_events_v2("hi")).await }
    })
}

#[allow(clippy::expect_used, reason = "a program that fails measures nothing")]
fn handler(n: usize) -> Repetition {
    let chain = ticking(n);
    let heard = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&heard);
    let handler = handler_fn(EventMask::CUSTOM, move |_: &Event| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let config = Config::new().handler(handler);
    on_runtime(move || {
        let (chain, config, heard) = (chain.clone(), config.clone(), Arc::clone(&heard));
        async move {
            chain.invoke_with("hi", &config).await.expect("the lambda does not fail");
            heard.swap(0, Ordering::Relaxed)
        }
    })
}
