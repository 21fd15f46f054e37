//! Retries.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use thalweg_core::event::EventFilter;
use thalweg_core::{Backoff, Chain, ChunkStream, Config, Context, Error, ErrorKind, RetryPolicy};

use crate::support::{Letters, drop_at_every_poll_in, fails, invoke_lines, stream_lines, timed};

fn at_once() -> RetryPolicy {
    RetryPolicy::new().no_wait()
}

#[tokio::test]
async fn attempts_are_tagged_children_of_a_run_with_the_same_name() {
    for compat in [false, true] {
        let (lines, error) =
            invoke_lines(&fails("f", 1).retry(at_once()), "x", Config::new().compat(compat)).await;
        assert!(error.is_none());
        let below: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("call/")).collect();
        assert_eq!(
            below,
            [
                "f start",
                "f/f start",
                "f/f error failure 1",
                "f retry 2",
                "f/f[retry:attempt:2] start",
                "f/f[retry:attempt:2] end \"x\"",
                "f end \"x\"",
            ]
        );
    }
}

#[tokio::test]
async fn the_last_error_counts_and_others_are_not_retried() {
    let gives_up = fails("f", 9).retry(at_once().max_attempts(2));
    let error = gives_up.invoke("x").await.unwrap_err();
    assert_eq!((error.message(), error.run_path()), ("failure 2", &["f".into(), "f".into()][..]));

    let other = fails("f", 9).retry(at_once().when(|error| error.kind() == ErrorKind::Model));
    assert_eq!(other.invoke("x").await.unwrap_err().message(), "failure 1");

    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let cancelled = Chain::new(move |_: String| {
        counted.fetch_add(1, Ordering::SeqCst);
        Err::<String, _>(Error::new(ErrorKind::Cancelled, "stop"))
    });
    let result = cancelled.retry(at_once().when(|_| true)).invoke("x").await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stream_is_retried_until_its_first_chunk_is_out() {
    let chain = || Chain::new(Letters::failing_after([0, 0])).retry(at_once());
    assert_eq!(chain().stream("ab").fold().await.unwrap(), "ab");
    let (lines, error) = stream_lines(&chain(), "ab", Context::root()).await;
    assert!(error.is_none());
    assert_eq!(
        lines,
        [
            "Letters start",
            "Letters/Letters start",
            "Letters/Letters error failed after 0",
            "Letters retry 2",
            "Letters/Letters[retry:attempt:2] start",
            "Letters/Letters[retry:attempt:2] error failed after 0",
            "Letters retry 3",
            "Letters/Letters[retry:attempt:3] start",
            "Letters/Letters[retry:attempt:3] stream \"a\"",
            "Letters stream \"a\"",
            "Letters/Letters[retry:attempt:3] stream \"b\"",
            "Letters stream \"b\"",
            "Letters/Letters[retry:attempt:3] end \"ab\"",
            "Letters end \"ab\"",
        ]
    );
    let late = Chain::new(Letters::failing_after([1])).retry(at_once());
    assert_eq!(late.stream("ab").fold().await.unwrap_err().message(), "failed after 1");
    // langchain-core does not retry streams.
    let compat = chain().stream_with("ab", Config::new().compat(true)).fold().await;
    assert_eq!(compat.unwrap_err().message(), "failed after 0");
}

#[tokio::test]
async fn input_streams_are_read_once_and_given_again() {
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let input = futures_util::stream::iter(["a", "b", "c", "d"]).map(move |text| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(text.to_owned())
    });
    let chain = Chain::new(Letters::failing_after([0, 0])).retry(at_once());
    let mut out = chain.transform(ChunkStream::new(input));
    assert_eq!(out.next().await.unwrap().unwrap(), "a");
    // The chunk passes on before the next one is read.
    assert_eq!(read.load(Ordering::SeqCst), 1);
    assert_eq!(out.fold().await.unwrap(), "bcd");
    assert_eq!(read.load(Ordering::SeqCst), 4);

    // An input that fails is not asked for again.
    let broken = || ChunkStream::<String>::fail(Error::other("broken"));
    let (lines, error) = stream_lines(
        &(Chain::new(Letters::failing_after([])) | Chain::new(Letters::failing_after([])).retry(at_once())),
        "x",
        Context::root(),
    )
    .await;
    assert!(error.is_none() && lines.iter().all(|line| !line.contains("retry 2")));
    assert_eq!(chain.transform(broken()).fold().await.unwrap_err().message(), "broken");
}

#[tokio::test(start_paused = true)]
async fn waits_grow_and_end_at_the_deadline() {
    let backoff = Backoff::new(Duration::from_secs(1)).jitter(Duration::ZERO).longest(Duration::from_secs(3));
    assert_eq!(backoff.after(9), Duration::from_secs(3));
    let chain = || fails("f", 3).retry(RetryPolicy::new().max_attempts(4).backoff(backoff.clone()));
    let started = tokio::time::Instant::now();
    assert!(chain().invoke_with("x", timed()).await.is_ok());
    assert_eq!(started.elapsed(), Duration::from_secs(1 + 2 + 3));

    // There is no use in waiting for what comes too late.
    let started = tokio::time::Instant::now();
    let error = chain().invoke_with("x", timed().timeout(Duration::from_secs(2))).await.unwrap_err();
    assert_eq!((error.message(), started.elapsed()), ("failure 2", Duration::from_secs(1)));

    if !cfg!(feature = "timer") {
        let error = chain().invoke("x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.downcast_ref::<Error>().unwrap().message(), "failure 1");
    }
    for _ in 0..100 {
        let wait = Backoff::default().after(1);
        assert!((Duration::from_secs(1)..=Duration::from_secs(2)).contains(&wait));
    }
}

#[tokio::test]
async fn a_batch_retries_what_failed() {
    for compat in [false, true] {
        let config = Config::new().compat(compat).max_concurrency(1);
        let chain = fails("f", 2).retry(at_once());
        assert_eq!(chain.try_batch_with(["a", "b", "c"], &config).await.unwrap(), ["a", "b", "c"]);
        let chain = fails("f", 9).retry(at_once().when(|_| false));
        let results = chain.batch_with(["a", "b"], &config).await;
        assert!(results.iter().all(Result::is_err));
    }
}

#[test]
fn dropping_a_retry_anywhere_closes_every_run() {
    for compat in [false, true] {
        let config = Config::new().compat(compat);
        let make = || {
            let chain = Chain::new(Letters::failing_after([9, 0, 0])) | Letters::failing_after([0, 0]);
            chain.retry(at_once()).stream_events_with("abc", &config, EventFilter::new())
        };
        drop_at_every_poll_in(compat, make);
    }
}
