//! Cancellation: tokens, and which runs close as cancelled.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Poller, Wake, Waker};

use futures_util::FutureExt;
use thalweg_core::{CancelToken, Cancelled};

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
