//! Readers that cannot read: a call that blocks its thread, made by code that the reader itself polls, has to end before
//! the reader takes anything. Who would wait for such a reader would wait for ever.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    /// How many calls block this thread, one inside the other.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// By what a thread is known as long as it lives, never 0, and how many calls block it.
fn here() -> (usize, usize) {
    DEPTH.try_with(|depth| (std::ptr::from_ref(depth).addr(), depth.get())).unwrap_or_default()
}

/// Does something that blocks this thread.
pub(crate) fn blocking<T>(block: impl FnOnce() -> T) -> T {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = DEPTH.try_with(|depth| depth.set(self.0));
        }
    }
    let _restore = DEPTH.try_with(|depth| Restore(depth.replace(depth.get() + 1)));
    block()
}

/// Where a reader polls its call. It is written by the thread that polls, and only what that thread has written itself
/// means anything to those who ask.
#[derive(Default)]
pub(super) struct Polled {
    /// The thread; 0 if it is not polled.
    thread: AtomicUsize,
    /// How many calls blocked the thread already when it was polled.
    depth: AtomicUsize,
}

impl Polled {
    /// Polls the reader's call.
    pub(super) fn polling<T>(&self, poll: impl FnOnce() -> T) -> T {
        struct Reset<'a>(&'a AtomicUsize);
        impl Drop for Reset<'_> {
            fn drop(&mut self) {
                self.0.store(0, Ordering::Relaxed);
            }
        }
        let (thread, depth) = here();
        self.depth.store(depth, Ordering::Relaxed);
        self.thread.store(thread, Ordering::Relaxed);
        let _reset = Reset(&self.thread);
        poll()
    }

    /// Whether the reader waits for a blocking call on this thread, inside which this is asked.
    pub(super) fn is_stuck(&self) -> bool {
        let (thread, depth) = here();
        self.thread.load(Ordering::Relaxed) == thread && depth > self.depth.load(Ordering::Relaxed)
    }
}
