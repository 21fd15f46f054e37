//! W7: three small steps, invoked again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use thalweg_core::callback::handler_fn;
use thalweg_core::event::{Event, EventMask};
use thalweg_core::{Chain, Config, lambda};

use super::{Group, Program, Repetition, on_runtime};
use crate::floor::steps;

pub(super) fn group() -> Group {
    Group {
        name: "w7",
        about: "three async steps, invoked one time after another",
        unit: "invoke",
        size: 10_000,
        base: 3,
        programs: vec![
            Program { name: "unheard", prepare: unheard },
            Program { name: "configured", prepare: configured },
            Program { name: "handler", prepare: handler },
            Program { name: "floor-boxed", prepare: steps::boxed },
            Program { name: "floor-handler", prepare: steps::told },
        ],
    }
}

fn chain() -> Chain<i64, i64> {
    lambda(|x: i64| async move { x + 1 })
        | lambda(|x: i64| async move { x * 2 })
        | lambda(|x: i64| async move { x - 3 })
}

fn unheard(n: usize) -> Repetition {
    invoked(n, None)
}

fn configured(n: usize) -> Repetition {
    let config = Config::new()
        .tags(["a", "b", "c"])
        .metadata("a", 1)
        .metadata("b", 2)
        .metadata("c", 3)
        .run_name("three steps");
    invoked(n, Some(config))
}

fn handler(n: usize) -> Repetition {
    let heard = Arc::new(AtomicU64::new(0));
    let handler = handler_fn(EventMask::START | EventMask::END, move |_: &Event| {
        heard.fetch_add(1, Ordering::Relaxed);
    });
    invoked(n, Some(Config::new().handler(handler)))
}

#[allow(clippy::expect_used, reason = "a program that fails measures nothing")]
fn invoked(n: usize, config: Option<Config>) -> Repetition {
    let chain = chain();
    on_runtime(move || {
        let (chain, config) = (chain.clone(), config.clone());
        async move {
            for i in 0..n {
                let input = i64::try_from(i).unwrap_or_default();
                let output = match &config {
                    None => chain.invoke(input).await,
                    Some(config) => chain.invoke_with(input, config).await,
                };
                std::hint::black_box(output.expect("the steps do not fail"));
            }
            n as u64
        }
    })
}
