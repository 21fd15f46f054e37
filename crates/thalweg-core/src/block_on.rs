//! The blocking front: the same code as the async one, polled on the calling thread.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Poller, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use futures_util::stream::StreamExt;

use crate::event::blocking;
use crate::stream::ChunkStream;

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

/// The items of a stream as an iterator that blocks its thread while it waits; made by [`blocking_iter`].
///
/// ```
/// use thalweg_core::{BlockingIter, Chain, blocking_iter};
///
/// let chain = Chain::new(|text: String| text.to_uppercase());
/// let chunks: BlockingIter<_> = blocking_iter(chain.stream("a"));
/// assert_eq!(chunks.collect::<Result<Vec<_>, _>>()?, ["A"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "iterators do nothing unless advanced"]
pub struct BlockingIter<S>(S);

/// The chunks of a call as an iterator that blocks its thread while it waits; made by
/// [`Chain::stream_blocking`](crate::Chain::stream_blocking).
///
/// ```
/// let chain = thalweg_core::Chain::new(|text: String| text.to_uppercase());
/// let chunks: Result<Vec<String>, _> = chain.stream_blocking("a").collect();
/// assert_eq!(chunks?, ["A"]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub type BlockingStream<T> = BlockingIter<ChunkStream<T>>;

/// A stream as an iterator for code that is not async: of events, of a log, of chunks or of anything else. It waits as
/// [`Chain::invoke_blocking`](crate::Chain::invoke_blocking) does.
///
/// ```
/// use thalweg_core::{Chain, blocking_iter};
///
/// let chain = Chain::new(|text: String| text.to_uppercase()).named("shout");
/// for event in blocking_iter(chain.stream_events("a")) {
///     assert_eq!(event?.run.name(), "shout");
/// }
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn blocking_iter<S: Stream + Unpin>(stream: S) -> BlockingIter<S> {
    BlockingIter(stream)
}

impl<S: Stream + Unpin> Iterator for BlockingIter<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.0.next())
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
