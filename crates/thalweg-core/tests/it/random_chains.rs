//! The laws of runs, on random chains with random failures: dropped after every poll, streamed and invoked.

use std::sync::{Arc, Weak};

use futures_util::FutureExt;
use futures_util::StreamExt;
use proptest::prelude::*;
use thalweg_core::event::{Event, EventFilter};
use thalweg_core::model::{Chat, Cue, ScriptedChat};
use thalweg_core::parser::StrOutputParser;
use thalweg_core::run::Run;
use thalweg_core::runnable::{Branch, Fallbacks, Parallel};
use thalweg_core::value::Map;
use thalweg_core::{Chain, Config, Error, RetryPolicy, Runnable, lambda};

use crate::support::{Letters, check_laws, drop_at_every_poll, events, fails, turn_away};

/// A chain of texts, written down.
#[derive(Clone, Debug)]
enum Plan {
    Upper,
    /// Waits once.
    Wait,
    /// A model that says its last message word by word, and a parser.
    Model,
    /// A model that fails after a word.
    BrokenModel,
    /// Letters as they come, failing after so many.
    Letters(usize),
    /// Fails in its first calls.
    Fails(u32),
    Sequence(Vec<Plan>),
    Named(Box<Plan>),
    Parallel(Box<Plan>, Box<Plan>),
    Branch(Box<Plan>, Box<Plan>),
    Retry(Box<Plan>),
    Fallbacks(Box<Plan>, Box<Plan>),
    /// A function that invokes a chain.
    Inside(Box<Plan>),
    /// A function that returns a chain.
    Returns(Box<Plan>),
}

fn plans() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        Just(Plan::Upper),
        Just(Plan::Wait),
        Just(Plan::Model),
        Just(Plan::BrokenModel),
        (0usize..6).prop_map(Plan::Letters),
        Just(Plan::Letters(usize::MAX)),
        (0u32..3).prop_map(Plan::Fails),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Plan::Sequence),
            boxed().prop_map(Plan::Named),
            (boxed(), boxed()).prop_map(|(a, b)| Plan::Parallel(a, b)),
            (boxed(), boxed()).prop_map(|(a, b)| Plan::Branch(a, b)),
            boxed().prop_map(Plan::Retry),
            (boxed(), boxed()).prop_map(|(a, b)| Plan::Fallbacks(a, b)),
            boxed().prop_map(Plan::Inside),
            boxed().prop_map(Plan::Returns),
        ]
    })
}

type Texts = Chain<String, String>;

fn build(plan: &Plan) -> Texts {
    match plan {
        Plan::Upper => Chain::new(|text: String| text.to_uppercase()).named("upper"),
        Plan::Wait => lambda(|text: String| async move {
            turn_away().await;
            text
        })
        .named("wait"),
        Plan::Model => model(ScriptedChat::echo()),
        Plan::BrokenModel => {
            model(ScriptedChat::new([Cue::from("word "), Cue::Fail(Error::other("the model broke"))]))
        }
        Plan::Letters(most) => Letters::failing_after(std::iter::repeat_n(*most, 9)).into_chain(),
        Plan::Fails(n) => fails("fails", *n),
        Plan::Sequence(steps) => {
            let mut steps = steps.iter().map(build);
            let first = steps.next().expect("a sequence has a step");
            steps.fold(first, Chain::then)
        }
        Plan::Named(inner) => build(inner).with_config(Config::new().run_name("named").tag("tagged")),
        Plan::Parallel(a, b) => {
            let both = Parallel::new().branch("a", build(a)).branch("b", build(b)).into_chain();
            // A streamed object has its keys in the order in which they came.
            both.then(|map: Map| {
                ["a", "b"]
                    .map(|key| map.get(key).and_then(|value| value.as_str()).unwrap_or("").to_owned())
                    .concat()
            })
        }
        Plan::Branch(a, b) => {
            Branch::new().when(|text: String| text.len().is_multiple_of(2), build(a)).otherwise(build(b))
        }
        Plan::Retry(inner) => build(inner).retry(RetryPolicy::new().max_attempts(2).no_wait()),
        Plan::Fallbacks(a, b) => Fallbacks::new(build(a)).or(build(b)).into_chain(),
        Plan::Inside(inner) => {
            let inner = build(inner);
            lambda(move |text: String| {
                let inner = inner.clone();
                async move { inner.invoke(text).await }
            })
            .named("inside")
        }
        Plan::Returns(inner) => {
            let inner = build(inner);
            Chain::new(move |_: String| inner.clone()).named("returns")
        }
    }
}

fn model(model: ScriptedChat) -> Texts {
    Runnable::<String>::into_chain(Chat::new(model)).then(StrOutputParser)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a stream's chunks make is what an invocation gives, or both fail.
    #[test]
    fn streaming_and_invoking_agree(plan in plans(), text in "[a-c ]{0,6}") {
        let streamed = block_on(build(&plan).stream(text.clone()).fold());
        let invoked = block_on(build(&plan).invoke(text));
        match (streamed, invoked) {
            (Ok(streamed), Ok(invoked)) => prop_assert_eq!(streamed, invoked),
            (Err(_), Err(_)) => {}
            // A stream that has begun cannot be tried again, where an invocation can.
            (Err(_), Ok(_)) => prop_assert!(tries_again(&plan)),
            (streamed, invoked) => prop_assert!(false, "{streamed:?} but {invoked:?}"),
        }
    }

    /// A call keeps the laws to its end, whoever listens, and leaves no run behind.
    #[test]
    fn calls_keep_the_laws(plan in plans(), text in "[a-c ]{0,6}", compat in any::<bool>()) {
        let config = Config::new().compat(compat);
        let stream = build(&plan).stream_events_with(text, config, EventFilter::new());
        let left = if compat {
            runs(&block_on(stream.filter_map(|event| async { event.ok() }).collect::<Vec<_>>()))
        } else {
            runs(&block_on(events(stream)).0)
        };
        prop_assert!(left.iter().all(|run| run.upgrade().is_none()), "runs outlive their call");
    }

    /// A call that is cancelled after any number of polls keeps the laws.
    #[test]
    fn dropped_calls_keep_the_laws(plan in plans(), text in "[a-c ]{0,4}") {
        drop_at_every_poll(|| build(&plan).stream_events(text.clone()));
    }

    /// Dropping an invocation at any point is sound too.
    #[test]
    fn dropped_invocations_are_cancelled(plan in plans(), polls in 0usize..12) {
        let seen = Arc::new(std::sync::Mutex::new(Vec::<Event>::new()));
        let told = Arc::clone(&seen);
        let config = Config::new().handler(thalweg_core::callback::handler_fn(
            thalweg_core::event::EventMask::ALL,
            move |event: &Event| told.lock().unwrap().push(event.clone()),
        ));
        let chain = build(&plan);
        let mut call = Box::pin(chain.invoke_with("a b", config));
        for _ in 0..polls {
            if call.as_mut().now_or_never().is_some() {
                call = Box::pin(chain.invoke_with("a b", Config::new()));
                break;
            }
        }
        drop(call);
        check_laws(&seen.lock().unwrap());
    }
}

fn runs(events: &[Event]) -> Vec<Weak<Run>> {
    events.iter().map(|event| Arc::downgrade(&event.run)).collect()
}

/// Whether an invocation of the chain may succeed where a stream of it does not.
fn tries_again(plan: &Plan) -> bool {
    match plan {
        // Letters fail while they stream, or give no chunk, and never fail when they are invoked.
        Plan::Retry(_) | Plan::Fallbacks(..) | Plan::Letters(_) => true,
        Plan::Sequence(steps) => steps.iter().any(tries_again),
        Plan::Named(a) | Plan::Inside(a) | Plan::Returns(a) => tries_again(a),
        Plan::Parallel(a, b) | Plan::Branch(a, b) => tries_again(a) || tries_again(b),
        _ => false,
    }
}
