//! Cancellation: tokens, and which runs close as cancelled.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Wake, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use thalweg_core::callback::{AsyncListeners, RunRecord};
use thalweg_core::{CancelToken, Cancelled, Chain, Config, Context, Error, ErrorKind, lambda_with};

use crate::support::{invoke_lines, slow, stream_lines, turn_away};

/// Counts how often it is woken; each clone of its waker is one more reference.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn each_of_many_waits_in_one_place_and_leaves_nothing() {
    const MANY: usize = 10_000;
    let token = CancelToken::new();
    let (first, second) = (Arc::new(Counted::default()), Arc::new(Counted::default()));
    let (one, other) = (Waker::from(Arc::clone(&first)), Waker::from(Arc::clone(&second)));
    let mut waiting: Vec<_> = (0..MANY).map(|_| token.cancelled()).collect();
    let poll = |waiting: &mut Vec<Cancelled>, waker: &Waker| {
        for cancelled in waiting {
            assert!(Pin::new(cancelled).poll(&mut Poller::from_waker(waker)).is_pending());
        }
    };
    // However often each is polled it keeps one waker, the newest.
    for _ in 0..3 {
        poll(&mut waiting, &one);
        assert_eq!(Arc::strong_count(&first), MANY + 2);
    }
    poll(&mut waiting, &other);
    assert_eq!((Arc::strong_count(&first), Arc::strong_count(&second)), (2, MANY + 2));
    // What is dropped leaves, in whatever order, and others take its place.
    for i in (0..MANY / 2).rev() {
        drop(waiting.swap_remove(i));
    }
    assert_eq!(Arc::strong_count(&second), MANY / 2 + 2);
    waiting.extend((0..MANY / 2).map(|_| token.cancelled()));
    poll(&mut waiting, &one);
    assert_eq!((Arc::strong_count(&first), Arc::strong_count(&second)), (MANY + 2, 2));
    drop(waiting.split_off(MANY / 2));
    token.cancel();
    assert_eq!(first.0.load(Ordering::SeqCst), MANY / 2);
    assert_eq!(Arc::strong_count(&first), 2);
    assert!(waiting.into_iter().all(|cancelled| cancelled.now_or_never().is_some()));
    assert_eq!(Arc::strong_count(&first), 2);
}

/// A step that fails with this error.
fn failing(error: impl Fn() -> Error + Send + Sync + 'static) -> Chain<String, String> {
    Chain::new(move |_: String| Err::<String, _>(error())).named("fails")
}

#[tokio::test]
async fn an_error_of_that_kind_that_nobody_has_cancelled_is_a_failure() {
    let chain = failing(|| Error::new(ErrorKind::Cancelled, "stop")) | |text: String| text;
    for config in [Config::new(), Config::new().cancel_token(CancelToken::new())] {
        for lines in [stream_lines(&chain, "x", &config).await, invoke_lines(&chain, "x", &config).await] {
            let closed: Vec<_> = lines.0.iter().filter(|line| line.contains("cancelled")).collect();
            assert!(closed.is_empty(), "{closed:?}");
            assert!(lines.0.last().is_some_and(|line| line.ends_with("error stop")), "{lines:?}");
            assert_eq!(lines.1.map(|error| error.kind()), Some(ErrorKind::Cancelled));
        }
    }
}

#[tokio::test]
async fn a_run_whose_call_was_cancelled_by_a_token_of_its_own_has_failed() {
    let token = CancelToken::new();
    token.cancel();
    let inner = Chain::new(|text: String| text).named("inner");
    let outer = lambda_with(move |text: String, context: Context| {
        let (inner, config) = (inner.clone(), Config::new().cancel_token(token.clone()));
        async move { inner.invoke_with(text, context.with_config(&config)).await }
    });
    let (lines, error) = stream_lines(&outer.named("outer"), "x", Config::new()).await;
    assert_eq!(
        lines,
        ["outer start", "outer/inner start", "outer/inner cancelled", "outer error the call was cancelled"]
    );
    assert_eq!(error.unwrap().kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn a_step_may_end_itself_when_its_token_is_cancelled() {
    let token = CancelToken::new();
    let canceller = token.clone();
    let step = lambda_with(move |_: String, context: Context| {
        let token = canceller.clone();
        async move {
            token.cancel();
            assert!(context.cancel_token().is_some_and(CancelToken::is_cancelled));
            Err::<String, _>(Error::new(ErrorKind::Cancelled, "cleaned up"))
        }
    });
    let (lines, error) = stream_lines(&step.named("step"), "x", Config::new().cancel_token(token)).await;
    assert_eq!(lines, ["step start", "step cancelled"]);
    assert_eq!(error.unwrap().message(), "cleaned up");
}

#[tokio::test(start_paused = true)]
async fn async_listeners_hear_of_a_token_but_not_of_a_drop() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&heard);
    let listeners = AsyncListeners::new().on_error(move |record: RunRecord| {
        let notes = Arc::clone(&notes);
        async move {
            turn_away().await;
            notes.lock().unwrap().push(record.error.map(|error| error.kind()));
        }
    });
    let chain = slow("late", Duration::from_mins(1)).with_async_listeners(listeners);
    for stream in [false, true] {
        let token = CancelToken::new();
        let config = Config::new().cancel_token(token.clone());
        let call = if stream {
            chain.stream_with("x", config).fold().boxed()
        } else {
            chain.invoke_with("x", config).boxed()
        };
        let (result, ()) = futures_util::future::join(call, async { token.cancel() }).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Cancelled);
        assert_eq!(std::mem::take(&mut *heard.lock().unwrap()), [Some(ErrorKind::Cancelled)]);
    }
    assert!(chain.invoke("x").now_or_never().is_none());
    assert!(heard.lock().unwrap().is_empty());
}
