//! Models that may not be asked too often.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use thalweg_core::model::{Chat, MemoryCache, Requests, ScriptedChat, TokenBucket};
use tokio::time::{Instant, sleep, timeout};

use crate::support::timed;

fn asks(limiter: TokenBucket) -> Chat {
    Chat::new(ScriptedChat::echo()).with_rate_limiter(limiter)
}

#[tokio::test(start_paused = true)]
async fn requests_keep_to_the_rate() {
    let chain = asks(TokenBucket::per_second(2.0)).chain();
    let start = Instant::now();
    let times = join_all((0..5).map(|i| {
        let chain = &chain;
        async move {
            let answer = chain.invoke_with(i.to_string(), timed()).await.unwrap();
            (answer.text().into_owned(), start.elapsed().as_millis() / 10 * 10)
        }
    }));
    let expected = [0, 500, 1000, 1500, 2000].iter().enumerate().map(|(i, t)| (i.to_string(), *t));
    assert_eq!(times.await, expected.collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn quiet_times_are_saved_up_to_the_burst() {
    let chain = asks(TokenBucket::per_second(1.0).burst(3)).chain();
    let start = Instant::now();
    for _ in 0..3 {
        chain.invoke_with("a", timed()).await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 0);
    chain.invoke_with("a", timed()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
    sleep(Duration::from_secs(100)).await;
    let start = Instant::now();
    for _ in 0..4 {
        chain.invoke_with("a", timed()).await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_uses_up_nothing() {
    let chain = asks(TokenBucket::per_second(0.1)).chain();
    let start = Instant::now();
    chain.invoke_with("a", timed()).await.unwrap();
    for _ in 0..3 {
        timeout(Duration::from_secs(1), chain.invoke_with("b", timed())).await.unwrap_err();
    }
    let waiting = chain.invoke_with("c", timed());
    let (given_up, _) =
        tokio::join!(timeout(Duration::from_secs(2), chain.invoke_with("d", timed())), waiting);
    given_up.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn streams_wait_inside_their_run_and_before_the_request() {
    let asked = Requests::new();
    let model = ScriptedChat::echo().record(&asked);
    let chain = Chat::new(model).with_rate_limiter(TokenBucket::per_second(1.0)).chain();
    chain.invoke_with("a", timed()).await.unwrap();
    let start = Instant::now();
    let mut stream = chain.stream_events_with("b", timed(), thalweg_core::event::EventFilter::new());
    stream.next().await.unwrap().unwrap();
    assert_eq!((start.elapsed().as_secs(), asked.len()), (0, 1), "the run has started");
    stream.next().await.unwrap().unwrap();
    assert_eq!((start.elapsed().as_secs(), asked.len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn answers_from_the_cache_do_not_wait() {
    let chain = asks(TokenBucket::per_second(0.01)).with_cache(MemoryCache::new(1)).chain();
    let start = Instant::now();
    for _ in 0..3 {
        chain.invoke_with("a", timed()).await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn models_can_share_one() {
    let limiter = Arc::new(TokenBucket::per_second(1.0));
    let model = || Chat::new(ScriptedChat::echo()).with_rate_limiter(Arc::clone(&limiter)).chain();
    let start = Instant::now();
    model().invoke_with("a", timed()).await.unwrap();
    model().invoke_with("a", timed()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
}
