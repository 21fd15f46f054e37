//! A clock that stands still until it is moved, and driving by hand: whoever drives sees who waits for what.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use thalweg_core::{CancelToken, Timer};

/// A clock that stands still until it is moved. Clones are the same clock.
#[derive(Clone)]
pub(super) struct Clock {
    base: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Duration,
    next: u64,
    sleepers: Vec<(u64, Duration, Waker)>,
    alarms: Vec<(Duration, CancelToken)>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { base: Instant::now(), state: Arc::default() }
    }

    /// Cancels a token when so much time has passed.
    pub(super) fn alarm(&self, after: Duration, token: CancelToken) {
        let mut state = self.state.lock().unwrap();
        let at = state.now + after;
        state.alarms.push((at, token));
    }

    /// How many wait for a time.
    pub(super) fn sleepers(&self) -> usize {
        self.state.lock().unwrap().sleepers.len()
    }

    /// Moves to the next time that somebody waits for, and says whether somebody slept until then; nothing if nobody
    /// waits for a time.
    fn advance(&self) -> Option<bool> {
        let mut state = self.state.lock().unwrap();
        let times = state.sleepers.iter().map(|(_, at, _)| *at);
        let next = times.chain(state.alarms.iter().map(|(at, _)| *at)).min()?;
        state.now = state.now.max(next);
        let now = state.now;
        // A sleeper is polled again and leaves by itself.
        let wakers: Vec<_> =
            state.sleepers.extract_if(.., |(_, at, _)| *at <= now).map(|(.., waker)| waker).collect();
        let tokens: Vec<_> =
            state.alarms.extract_if(.., |(at, _)| *at <= now).map(|(_, token)| token).collect();
        drop(state);
        let slept = !wakers.is_empty();
        wakers.into_iter().for_each(Waker::wake);
        tokens.iter().for_each(CancelToken::cancel);
        Some(slept)
    }

    /// A future that is ready when so much time has passed.
    pub(super) fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        let at = self.state.lock().unwrap().now + duration;
        Sleep { clock: self.clone(), at, key: None }
    }

    /// Polls once, and moves the clock if nobody but the clock can go on.
    ///
    /// # Panics
    /// When nothing would ever go on.
    pub(super) fn poll<T>(&self, poll: impl FnOnce(&mut Poller<'_>) -> Poll<T>) -> Poll<T> {
        let flag = Arc::new(Flag(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&flag));
        let polled = poll(&mut Poller::from_waker(&waker));
        let woken = || flag.0.load(Ordering::SeqCst);
        while polled.is_pending() && !woken() {
            let slept = self.advance().expect("the call waits, and nobody will wake it");
            // A token is cancelled even if nobody looks at it any more.
            assert!(woken() || !slept, "somebody was woken, but not the call");
        }
        polled
    }

    /// Polls to the end.
    pub(super) fn drive<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        for _ in 0..100_000 {
            if let Poll::Ready(output) = self.poll(|cx| future.as_mut().poll(cx)) {
                return output;
            }
        }
        panic!("the call does not come to its end");
    }
}

impl Timer for Clock {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.pause(duration).boxed()
    }

    fn now(&self) -> Instant {
        self.base + self.state.lock().unwrap().now
    }
}

struct Sleep {
    clock: Clock,
    at: Duration,
    key: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<()> {
        let this = &mut *self;
        let mut state = this.clock.state.lock().unwrap();
        state.sleepers.retain(|(key, ..)| Some(*key) != this.key);
        if state.now >= this.at {
            return Poll::Ready(());
        }
        let key = state.next;
        state.next += 1;
        state.sleepers.push((key, this.at, cx.waker().clone()));
        this.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.clock.state.lock().unwrap().sleepers.retain(|(key, ..)| Some(*key) != self.key);
    }
}

/// Says whether it was woken.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
