//! Batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use thalweg_core::event::EventFilter;
use thalweg_core::{Chain, Config, Context, ErrorKind, RunId, lambda, lambda_with};

use crate::support::{drop_at_every_poll, lines, stream_lines, turn_away};

/// Fails for texts with a `c` in them, late; the longer a text, the more often it waits.
fn no_c() -> Chain<String, String> {
    lambda(|text: String| async move {
        for _ in 0..text.len() {
            turn_away().await;
        }
        if text.contains('c') { Err("has c") } else { Ok(text) }
    })
    .named("no_c")
}

fn upper() -> Chain<String, String> {
    Chain::new(|text: String| text.to_uppercase()).named("upper")
}

/// A function named `call` that runs a batch over the words of its input.
fn batching(chain: Chain<String, String>) -> Chain<String, String> {
    lambda_with(move |text: String, context: Context| {
        let chain = chain.clone();
        async move {
            let results = chain.batch_with(text.split(' '), context).await;
            let texts = results.into_iter().map(|result| result.unwrap_or_else(|e| e.message().to_owned()));
            texts.collect::<Vec<_>>().join(" ")
        }
    })
    .named("call")
}

#[tokio::test]
async fn each_input_has_its_own_result_in_order() {
    let results = (no_c() | upper()).batch(["long one", "cd", "e"]).await;
    let results: Vec<_> =
        results.iter().map(|r| r.as_deref().map_err(thalweg_core::Error::message)).collect();
    assert_eq!(results, [Ok("LONG ONE"), Err("has c"), Ok("E")]);
    assert!(no_c().batch(Vec::<String>::new()).await.is_empty());
}

#[tokio::test]
async fn failing_fast_gives_the_first_error_in_time_and_cancels_the_rest() {
    let chain = no_c();
    let call = lambda_with(move |_: String, context: Context| {
        let chain = chain.clone();
        async move { chain.try_batch_with(["slow one", "c", "x"], context).await.map(|all| all.join(" ")) }
    });
    let (lines, error) = lines(call.stream_events_with("", Context::root(), EventFilter::new())).await;
    assert_eq!(error.map(|e| e.message().to_owned()).as_deref(), Some("has c"));
    assert_eq!(
        lines,
        [
            "RunnableLambda start",
            "RunnableLambda/no_c start",
            "RunnableLambda/no_c start",
            "RunnableLambda/no_c start",
            "RunnableLambda/no_c error has c",
            "RunnableLambda/no_c cancelled",
            "RunnableLambda/no_c cancelled",
            "RunnableLambda error has c",
        ]
    );
}

#[tokio::test]
async fn results_come_as_they_complete() {
    let order: Vec<_> = no_c()
        .batch_as_completed(["three", "c", "x y"])
        .map(|(position, result)| (position, result.is_ok()))
        .collect()
        .await;
    assert_eq!(order, [(1, false), (2, true), (0, true)]);
}

#[tokio::test]
async fn failing_fast_as_they_complete_gives_what_came_before_and_the_error() {
    let chain = no_c();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    let call = lambda_with(move |_: String, context: Context| {
        let (chain, seen) = (chain.clone(), Arc::clone(&notes));
        async move {
            let mut results = chain.try_batch_as_completed_with(["slow one", "a", "cc", "x y z"], context);
            while let Some((position, result)) = results.next().await {
                seen.lock().unwrap().push((position, result.is_ok()));
            }
            String::new()
        }
    });
    let (lines, error) = lines(call.stream_events_with("", Context::root(), EventFilter::new())).await;
    assert!(error.is_none());
    assert_eq!(*seen.lock().unwrap(), [(1, true), (2, false)]);
    let ends: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("RunnableLambda/no_c ")).collect();
    assert_eq!(ends[4..], ["end \"a\"", "error has c", "cancelled", "cancelled"]);

    // What has no turn yet never starts.
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let fails = Chain::new(move |text: String| {
        count.fetch_add(1, Ordering::SeqCst);
        text.parse::<i64>()
    });
    let one = Config::new().max_concurrency(1);
    let results: Vec<_> = fails.try_batch_as_completed_blocking_with(["1", "x", "3"], one).collect();
    assert!(matches!(&results[..], [(0, Ok(1)), (1, Err(_))]));
    assert_eq!(started.load(Ordering::SeqCst), 2);
    // Without an error it gives all.
    assert_eq!(fails.try_batch_as_completed(["1", "2", "3"]).count().await, 3);
    assert_eq!(fails.try_batch_as_completed(Vec::<String>::new()).count().await, 0);
    let wrong = fails.try_batch_as_completed_with(["1", "2"], vec![Config::new(); 3]);
    let wrong: Vec<_> = wrong.collect().await;
    assert!(matches!(&wrong[..], [(0, Err(error))] if error.kind() == ErrorKind::Config));
}

#[tokio::test]
async fn one_configuration_for_each_input_or_one_for_all() {
    let tags = lambda_with(|_: String, context: Context| async move { context.tags().join("+") });
    let configs = vec![Config::new().tag("a"), Config::new().tags(["b", "c"])];
    let results = tags.try_batch_with(["", ""], configs.clone()).await;
    assert_eq!(results.unwrap(), ["a", "b+c"]);

    let wrong = tags.batch_with(["", "", ""], configs.clone()).await;
    assert!(wrong.iter().all(|r| r.as_ref().is_err_and(|e| e.kind() == ErrorKind::Config)));
    assert_eq!(wrong.len(), 3);
    let error = tags.try_batch_with([""], configs.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.fact("configurations")), (ErrorKind::Config, Some("2")));
    assert_eq!(tags.batch_as_completed_with([""], configs).count().await, 1);

    let id = RunId::new();
    let ids = lambda_with(|_: String, context: Context| async move {
        context.run().map(|run| run.id().to_string()).unwrap_or_default()
    });
    let ids = ids.try_batch_with(["", ""], Config::new().run_id(id)).await.unwrap();
    assert_eq!(ids.iter().filter(|i| **i == id.to_string()).count(), 1);
    assert_eq!(ids[0], id.to_string());
}

#[tokio::test]
async fn no_more_run_or_exist_than_the_limit_allows() {
    let (busy, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let leaf = lambda(move |_: String| {
        // The function itself is called when its future is made and polled.
        let (busy, most) = (Arc::clone(&busy), Arc::clone(&most));
        async move {
            let now = busy.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            turn_away().await;
            busy.fetch_sub(1, Ordering::SeqCst);
            1_i64
        }
    });
    let inner = leaf.clone();
    let outer = lambda(move |text: String| {
        let inner = inner.clone();
        async move { inner.try_batch(vec![text; 5]).await.map(|all| all.iter().sum::<i64>()) }
    });
    let config = Config::new().max_concurrency(3);
    let sums = outer.try_batch_with(vec![""; 20], &config).await.unwrap();
    assert_eq!(sums, [5; 20]);
    assert_eq!(seen.swap(0, Ordering::SeqCst), 3);

    let many = leaf.try_batch_with(vec![""; 10_000], config).await.unwrap();
    assert_eq!(many.len(), 10_000);
    assert_eq!(seen.load(Ordering::SeqCst), 3);
}

/// How many run at once at most in a batch of six calls, each of which makes six more below it.
async fn most_at_once(configs: Vec<Config>, completed: bool) -> (usize, usize) {
    let count = |log: &Arc<(AtomicUsize, AtomicUsize)>| {
        let log = Arc::clone(log);
        move |begins: bool| {
            if begins {
                log.1.fetch_max(log.0.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            } else {
                log.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
    };
    let (above, below) = (Arc::default(), Arc::default());
    let (in_calls, in_leaves) = (count(&above), count(&below));
    let leaf = lambda(move |text: String| {
        let busy = in_leaves.clone();
        async move {
            busy(true);
            turn_away().await;
            busy(false);
            text
        }
    });
    let call = lambda_with(move |text: String, context: Context| {
        let (leaf, busy) = (leaf.clone(), in_calls.clone());
        async move {
            busy(true);
            let all = leaf.try_batch_with(vec![text; 6], context).await;
            busy(false);
            all.map(|all| all.concat())
        }
    });
    if completed {
        assert_eq!(call.batch_as_completed_with(["x"; 6], configs).count().await, 6);
    } else {
        assert!(call.batch_with(["x"; 6], configs).await.iter().all(Result::is_ok));
    }
    (above.1.load(Ordering::SeqCst), below.1.load(Ordering::SeqCst))
}

#[tokio::test]
async fn the_first_of_several_configurations_limits_the_whole_batch() {
    let limits = |most: [Option<usize>; 6]| {
        let config = |most: Option<usize>| most.map_or(Config::new(), |n| Config::new().max_concurrency(n));
        most.map(config).to_vec()
    };
    for completed in [false, true] {
        let most = async |limit| most_at_once(limits(limit), completed).await;
        // One limit for calls and what is below them, however many configurations say it.
        assert_eq!(most([Some(3); 6]).await, (3, 3));
        assert_eq!(most([Some(3), None, None, None, None, None]).await, (3, 3));
        assert_eq!(most([Some(2), Some(9), Some(9), Some(9), Some(9), Some(9)]).await, (2, 2));
        // Another one's holds below its own call.
        assert_eq!(most([Some(9), Some(1), Some(1), Some(1), Some(1), Some(1)]).await, (6, 9));
        assert_eq!(most([None, Some(1), Some(1), Some(1), Some(1), Some(1)]).await, (6, 11));
    }
}

#[tokio::test]
async fn compat_leads_a_batch_through_a_sequence_step_by_step() {
    let chain = batching(no_c() | upper());
    let (lines, error) = stream_lines(&chain, "ab cd", Config::new().compat(true)).await;
    assert!(error.is_none());
    let below: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("call/")).collect();
    assert_eq!(
        below,
        [
            "RunnableSequence start",
            "RunnableSequence start",
            "RunnableSequence/no_c[seq:step:1] start",
            "RunnableSequence/no_c[seq:step:1] start",
            "RunnableSequence/no_c[seq:step:1] end \"ab\"",
            "RunnableSequence/no_c[seq:step:1] error has c",
            "RunnableSequence/upper[seq:step:2] start",
            "RunnableSequence/upper[seq:step:2] end \"AB\"",
            "RunnableSequence end \"AB\"",
            "RunnableSequence error has c",
        ]
    );
}

#[test]
fn dropping_a_batch_anywhere_closes_every_run() {
    for compat in [false, true] {
        for limit in [1, 2, 100] {
            let config = Config::new().compat(compat).max_concurrency(limit);
            let chain = batching(no_c() | upper());
            drop_at_every_poll(|| chain.stream_events_with("aaa c b cc", &config, EventFilter::new()));
        }
    }
}
