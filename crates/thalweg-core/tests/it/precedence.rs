//! Which of several configurations counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use thalweg_core::{CancelToken, Chain, Config, Context, Error, ErrorKind, lambda, lambda_with};

use crate::support::{slow, timed, turn_away};

const SECOND: Duration = Duration::from_secs(1);

/// Both configurations in each of the ways in which two can come together.
async fn both_ways(chain: &Chain<String, String>, one: Config, other: Config) -> Vec<Result<String, Error>> {
    let mut results = Vec::new();
    for (one, other) in [(one.clone(), other.clone()), (other, one)] {
        results.push(chain.clone().with_config(one.clone()).invoke_with("x", &other).await);
        results.push(chain.clone().with_config(one.clone()).stream_with("x", &other).fold().await);
        results.push(chain.invoke_with("x", one.clone().merge(other.clone())).await);
        let context = Context::root().with_config(&one).with_config(&other);
        results.push(chain.invoke_with("x", context).await);
        let twice = chain.clone().with_config(one).with_config(other);
        results.push(twice.invoke("x").await);
    }
    results
}

#[tokio::test(start_paused = true)]
async fn of_two_time_limits_the_stricter_counts() {
    let chain = slow("late", 100 * SECOND);
    let limits: [fn(Duration) -> Config; 2] = [
        |limit| timed().timeout(limit),
        |limit| timed().deadline((tokio::time::Instant::now() + limit).into_std()),
    ];
    for limit in limits {
        let started = tokio::time::Instant::now();
        let results = both_ways(&chain, limit(5 * SECOND), limit(30 * SECOND)).await;
        assert!(
            results.iter().all(|r| r.as_ref().is_err_and(|e| e.kind() == ErrorKind::Timeout)),
            "{results:?}"
        );
        // Ten times five seconds one after the other, or all by one deadline.
        assert!(started.elapsed() <= 50 * SECOND);
    }
    let first = |limit| timed().first_chunk_timeout(limit);
    let chain = chain.with_config(first(30 * SECOND));
    let error = chain.stream_with("x", first(5 * SECOND)).fold().await.unwrap_err();
    assert_eq!(error.fact("limit"), Some("5s"));
}

#[tokio::test(start_paused = true)]
async fn each_of_two_tokens_ends_the_call() {
    for cancelled in [0, 1] {
        let tokens = [CancelToken::new(), CancelToken::new()];
        tokens[cancelled].cancel();
        let [one, other] = tokens.map(|token| Config::new().cancel_token(token));
        let results = both_ways(&slow("late", SECOND), one, other).await;
        assert!(results.iter().all(|r| r.as_ref().is_err_and(|e| e.kind() == ErrorKind::Cancelled)));
    }
}

fn limit_seen() -> Chain<String, u32> {
    lambda_with(|_: String, context: Context| async move { context.recursion_limit() })
}

#[tokio::test]
async fn the_calls_recursion_limit_wins_whatever_it_is() {
    let bound = limit_seen().with_config(Config::new().recursion_limit(10));
    assert_eq!(bound.invoke("").await.unwrap(), 10);
    for limit in [0, 7, 25, 30] {
        let call = Config::new().recursion_limit(limit);
        assert_eq!(bound.invoke_with("", &call).await.unwrap(), limit);
        // What the call hands down does too: a chain below does not count anew.
        let bound = bound.clone();
        let outer = lambda(move |text: String| {
            let bound = bound.clone();
            async move { bound.invoke(text).await }
        });
        assert_eq!(outer.invoke_with("", call).await.unwrap(), limit);
    }
    assert_eq!(limit_seen().invoke("").await.unwrap(), 25);
}

/// What langchain-core 1.7.0 shows for `RunnableLambda(..).with_config(..)` that is called with a configuration, and
/// without one from inside a function that is.
#[tokio::test]
async fn compat_takes_a_recursion_limit_of_25_for_none() {
    for (bound, call, given, inherited) in [
        (Some(10), None, 10, 10),
        (Some(10), Some(25), 10, 10),
        (Some(10), Some(7), 7, 10),
        (Some(10), Some(30), 30, 10),
        (Some(25), Some(7), 7, 7),
        (None, Some(7), 7, 7),
    ] {
        let config = |limit: Option<u32>| limit.map_or(Config::new(), |l| Config::new().recursion_limit(l));
        let chain = limit_seen().with_config(config(bound));
        let call = config(call).compat(true);
        assert_eq!(chain.invoke_with("", &call).await.unwrap(), given, "{bound:?} {call:?}");
        let outer = lambda(move |text: String| {
            let chain = chain.clone();
            async move { chain.invoke(text).await }
        });
        assert_eq!(outer.invoke_with("", &call).await.unwrap(), inherited, "{bound:?} {call:?}");
    }
}

#[tokio::test]
async fn of_two_concurrency_limits_both_hold_and_in_compat_mode_the_calls() {
    let most = |bound: usize, call: usize, compat: bool| async move {
        let (busy, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        let leaf = lambda(move |_: String| {
            let (busy, most) = (Arc::clone(&busy), Arc::clone(&most));
            async move {
                most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                turn_away().await;
                busy.fetch_sub(1, Ordering::SeqCst);
                String::new()
            }
        });
        let many = lambda_with(move |text: String, context: Context| {
            let leaf = leaf.clone();
            async move { leaf.try_batch_with(vec![text; 20], context).await.map(|_| String::new()) }
        });
        let chain = many.with_config(Config::new().max_concurrency(bound));
        chain.invoke_with("", Config::new().max_concurrency(call).compat(compat)).await.unwrap();
        seen.load(Ordering::SeqCst)
    };
    assert_eq!((most(2, 9, false).await, most(9, 2, false).await), (2, 2));
    assert_eq!((most(2, 9, true).await, most(9, 2, true).await), (9, 2));
}

#[tokio::test]
async fn the_calls_mode_wins() {
    let seen = lambda_with(|_: String, context: Context| async move { context.is_compat() });
    let bound = seen.with_config(Config::new().compat(true));
    assert!(bound.invoke("").await.unwrap());
    assert!(!bound.invoke_with("", Config::new().compat(false)).await.unwrap());
}

#[tokio::test]
async fn merging_keeps_what_is_empty_on_purpose() {
    let tags = Chain::new(|_: String| Context::current().tags().join(" "));
    let outer = lambda(move |text: String| {
        let tags = tags.clone();
        async move {
            let none = Config::new().compat(thalweg_core::Compat::new().no_tags());
            let merged = Config::new().metadata("a", 1).merge(none.clone());
            let other = none.merge(Config::new().metadata("a", 1));
            let seen = [tags.invoke_with(text.as_str(), merged).await?, tags.invoke_with(text, other).await?];
            Ok::<_, Error>(seen.concat())
        }
    });
    assert_eq!(outer.invoke_with("", Config::new().compat(true).tag("outer")).await.unwrap(), "");
}
