//! The blocking front: the same code as the async one, polled on the calling thread.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Poller, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_util::stream::StreamExt;

use crate::error::Result;
use crate::event::blocking;
use crate::stream::ChunkStream;
use crate::value::Value;

/// Wakes a thread, and keeps in mind that it did: whatever else runs on the thread may take the token that `unpark`
/// leaves, a call inside the call for one.
struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls a future on this thread until it is ready.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    blocking(|| poll_until_ready(future))
}

fn poll_until_ready<F: Future>(future: F) -> F::Output {
    let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unpark));
    let mut poller = Poller::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut poller) {
            Poll::Ready(output) => return output,
            Poll::Pending => {
                while !unpark.woken.swap(false, Ordering::Acquire) {
                    thread::park();
                }
            }
        }
    }
}

/// The chunks of a stream as an iterator that blocks its thread while it waits; made by
/// [`Chain::stream_blocking`](crate::Chain::stream_blocking).
///
/// ```
/// let chain = thalweg_core::Chain::new(|text: String| text.to_uppercase());
/// let chunks: Result<Vec<String>, _> = chain.stream_blocking("a").collect();
/// assert_eq!(chunks?, ["A"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use = "iterators do nothing unless advanced"]
pub struct BlockingStream<T: Value>(ChunkStream<T>);

impl<T: Value> BlockingStream<T> {
    pub(crate) fn new(stream: ChunkStream<T>) -> Self {
        Self(stream)
    }
}

impl<T: Value> Iterator for BlockingStream<T> {
    type Item = Result<T::Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.0.next())
    }
}

impl<T: Value> fmt::Debug for BlockingStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingStream").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;
    use std::thread;

    use super::block_on;

    #[test]
    fn a_call_inside_the_call_does_not_take_its_wake_up() {
        let mut polled = false;
        let outer = std::future::poll_fn(move |cx| {
            if std::mem::replace(&mut polled, true) {
                return Poll::Ready(());
            }
            // Woken before it waits; then somebody else on this thread takes the thread's token.
            cx.waker().wake_by_ref();
            thread::park();
            Poll::Pending
        });
        block_on(outer);
    }
}
