//! The laws of runs, on random chains with random failures, limits and cancellations: dropped after every poll, streamed
//! and invoked.
//!
//! The chains are the same in every run of the tests. `PROPTEST_CASES=5000` tries more of them, `PROPTEST_RNG_SEED=7`
//! others.

mod build;
mod clock;
mod memory;
mod parsers;
mod plan;

use std::sync::{Arc, Mutex, Weak};
use std::task::Poll;

use futures_util::StreamExt;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use thalweg_core::callback::handler_fn;
use thalweg_core::event::{Event, EventKind, EventMask};
use thalweg_core::run::Run;
use thalweg_core::{Config, Error, ErrorKind};

use self::build::{World, call};
use self::plan::plans;
use crate::support::{check_compat_laws, check_laws, line};

/// So many chains if nobody asks for more, and always the same unless another seed is given.
fn cases(count: u32) -> ProptestConfig {
    let seeded = std::env::var_os("PROPTEST_RNG_SEED").is_some();
    let more = std::env::var_os("PROPTEST_CASES").is_some();
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig {
        cases: if more { default.cases } else { count },
        rng_seed: if seeded { default.rng_seed } else { RngSeed::Fixed(2) },
        ..default
    }
}

fn texts() -> &'static str {
    "[a-c ]{0,6}"
}

proptest! {
    #![proptest_config(cases(300))]

    /// What a stream's chunks make is what an invocation gives, or both fail.
    #[test]
    fn streaming_and_invoking_agree(plan in plans(false), text in texts()) {
        let (one, other) = (World::new(), World::new());
        let streamed = one.clock.drive(one.build(&plan).stream_with(text.clone(), one.config()).fold());
        let invoked = other.clock.drive(other.build(&plan).invoke_with(text, other.config()));
        match (streamed, invoked) {
            (Ok(streamed), Ok(invoked)) => prop_assert_eq!(streamed, invoked),
            (Err(_), Err(_)) => {}
            // A stream that has begun cannot be tried again, where an invocation can.
            (Err(_), Ok(_)) => prop_assert!(plan.tries_again()),
            (streamed, invoked) => prop_assert!(false, "{streamed:?} but {invoked:?}"),
        }
        prop_assert_eq!((one.busy(), other.busy()), ((0, 0), (0, 0)));
    }

    /// A call keeps the laws to its end, whoever listens, and leaves nothing behind.
    #[test]
    fn calls_keep_the_laws(plan in plans(true), text in texts(), compat in any::<bool>()) {
        let (world, stream) = call(&plan, &text, &Config::new().compat(compat));
        let told = world.clock.drive(stream.collect::<Vec<_>>());
        let (events, error) = parted(told);
        if compat { check_compat_laws(&events) } else { check_laws(&events) }
        if !compat {
            check_outcome(&events, error.as_ref());
        }
        check_nothing_left(&world, events);
    }

    /// A call that is cancelled after any number of polls keeps the laws.
    #[test]
    fn cancelled_calls_keep_the_laws(plan in plans(true), text in "[a-c ]{0,4}", compat in any::<bool>()) {
        at_every_poll(|polls| {
            let (world, mut stream) = call(&plan, &text, &Config::new().compat(compat));
            let (mut told, mut over) = (Vec::new(), false);
            for _ in 0..polls {
                match world.clock.poll(|cx| stream.poll_next_unpin(cx)) {
                    Poll::Ready(Some(item)) => told.push(item),
                    Poll::Ready(None) => over = true,
                    Poll::Pending => {}
                }
            }
            stream.cancel();
            told.extend(world.clock.drive(stream.collect::<Vec<_>>()));
            let (events, _) = parted(told);
            if compat { check_compat_laws(&events) } else { check_laws(&events) }
            check_nothing_left(&world, events);
            over
        });
    }

    /// A stream or an invocation that is dropped after any number of polls tells its handlers the rest.
    #[test]
    fn dropped_calls_keep_the_laws(plan in plans(true), text in "[a-c ]{0,4}", compat in any::<bool>(), stream in any::<bool>()) {
        at_every_poll(|polls| {
            let (world, seen) = (World::new(), Arc::new(Mutex::new(Vec::<Event>::new())));
            let told = Arc::clone(&seen);
            let record = move |event: &Event| told.lock().unwrap().push(event.clone());
            let config = world.config().compat(compat).handler(handler_fn(EventMask::ALL, record));
            let chain = world.build(&plan);
            let over = if stream {
                let mut call = chain.stream_with(text.as_str(), config);
                (0..polls).any(|_| matches!(world.clock.poll(|cx| call.poll_next_unpin(cx)), Poll::Ready(None)))
            } else {
                let mut call = Box::pin(chain.invoke_with(text.as_str(), config));
                (0..polls).any(|_| world.clock.poll(|cx| call.as_mut().poll(cx)).is_ready())
            };
            let events = std::mem::take(&mut *seen.lock().unwrap());
            if compat { check_compat_laws(&events) } else { check_laws(&events) }
            check_nothing_left(&world, events);
            // Nobody holds the handler any more.
            assert_eq!(Arc::strong_count(&seen), 1);
            over
        });
    }
}

/// Makes calls that are dropped after the first, second, third … poll until one comes to its end before.
fn at_every_poll(call: impl Fn(usize) -> bool) {
    assert!((0..10_000).any(call), "the call does not come to its end");
}

fn parted(told: Vec<Result<Event, Error>>) -> (Vec<Event>, Option<Error>) {
    let (mut events, mut error) = (Vec::new(), None);
    for item in told {
        assert!(error.is_none(), "something comes after the error");
        match item {
            Ok(event) => events.push(event),
            Err(failed) => error = Some(failed),
        }
    }
    (events, error)
}

/// The root run closes last, and as its call ends; an error knows where it happened.
fn check_outcome(events: &[Event], error: Option<&Error>) {
    let Some(last) = events.last() else { return };
    let roots: Vec<_> = events
        .iter()
        .filter(|event| event.run.parent().is_none() && matches!(event.kind, EventKind::Start { .. }))
        .collect();
    let [root] = roots[..] else { return };
    assert!(Arc::ptr_eq(&last.run, &root.run), "{} comes after its root", line(last));
    match (&last.kind, error) {
        (EventKind::End { .. }, None) => {}
        (EventKind::Error { error: told, .. }, Some(error)) => {
            assert_eq!(told.message(), error.message());
            assert_eq!(error.run_path().first(), Some(root.run.name()), "{error:?}");
        }
        (EventKind::Cancelled, Some(error)) => assert_eq!(error.kind(), ErrorKind::Cancelled),
        (_, error) => panic!("{}, but the call gives {error:?}", line(last)),
    }
}

/// Nobody is at work, nobody waits, and no run outlives its events.
fn check_nothing_left(world: &World, events: Vec<Event>) {
    assert_eq!(world.busy(), (0, 0), "something is at work after its call");
    let runs: Vec<Weak<Run>> = events.iter().map(|event| Arc::downgrade(&event.run)).collect();
    drop(events);
    assert!(runs.iter().all(|run| run.upgrade().is_none()), "runs outlive their call");
}
