//! What calls allocate is freed when they are over, however they end.

use std::sync::Arc;
use std::task::Poll;

use allocation_counter::measure;
use futures_util::StreamExt;
use proptest::prelude::*;
use thalweg_core::Config;
use thalweg_core::callback::handler_fn;
use thalweg_core::event::{Event, EventFilter, EventMask};

use super::build::World;
use super::cases;
use super::plan::{Plan, plans};

/// How a call is made and read.
#[derive(Clone, Copy, Debug)]
enum Call {
    Invoke,
    Stream,
    Events,
    V2,
    Log,
}

/// Makes a call of a chain that is made for it, and drops it after so many polls.
fn call(plan: &Plan, call: Call, polls: usize, compat: bool) {
    /// Polls a stream so often, or to its end.
    fn read<T>(world: &World, polls: usize, mut stream: impl futures_util::Stream<Item = T> + Unpin) {
        let _ = (0..polls)
            .any(|_| matches!(world.clock.poll(|cx| stream.poll_next_unpin(cx)), Poll::Ready(None)));
    }
    let world = World::new();
    let heard = Arc::new(());
    let handler = handler_fn(EventMask::ALL, move |_: &Event| assert!(Arc::strong_count(&heard) == 1));
    let config: Config = world.config().compat(compat).handler(handler);
    let chain = world.build(plan);
    match call {
        Call::Invoke => {
            let mut call = Box::pin(chain.invoke_with("a b c", config));
            let _ = (0..polls).any(|_| world.clock.poll(|cx| call.as_mut().poll(cx)).is_ready());
        }
        Call::Stream => read(&world, polls, chain.stream_with("a b c", config)),
        Call::Events => read(&world, polls, chain.stream_events_with("a b c", config, EventFilter::new())),
        Call::V2 => read(&world, polls, chain.stream_events_v2_with("a b c", config, EventFilter::new())),
        Call::Log => read(&world, polls, chain.stream_log_with("a b c", config, EventFilter::new())),
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn calls_free_what_they_allocate(plan in plans(true), compat in any::<bool>()) {
        for how in [Call::Invoke, Call::Stream, Call::Events, Call::V2, Call::Log] {
            for polls in [0, 1, 2, 3, 5, 8, 13, 1_000] {
                // What is made once and kept is made here.
                call(&plan, how, polls, compat);
                let counted = measure(|| call(&plan, how, polls, compat));
                prop_assert_eq!((counted.count_current, counted.bytes_current), (0, 0), "{:?} {}", how, polls);
            }
        }
    }
}
