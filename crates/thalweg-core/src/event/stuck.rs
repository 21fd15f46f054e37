//! Readers that cannot read: a call that blocks its thread, made by code that the reader itself polls, has to end before
//! the reader takes anything. Who would wait for such a reader would wait for ever.

use std::cell::RefCell;
use std::sync::Arc;

thread_local! {
    static POLLING: RefCell<Polling> = const { RefCell::new(Polling { readers: Vec::new(), stuck: 0 }) };
}

/// The readers that poll their calls on this thread, one inside the other.
struct Polling {
    readers: Vec<Reader>,
    /// How many of them wait for a blocking call.
    stuck: usize,
}

/// By what a reader is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader(usize);

impl Reader {
    pub(super) fn new<T>(queue: &Arc<T>) -> Self {
        Self(Arc::as_ptr(queue).addr())
    }
}

/// Polls the reader's call.
pub(super) fn polling<T>(reader: Reader, poll: impl FnOnce() -> T) -> T {
    struct Pop;
    impl Drop for Pop {
        fn drop(&mut self) {
            let _ = POLLING.try_with(|polling| polling.borrow_mut().readers.pop());
        }
    }
    let pushed = POLLING.try_with(|polling| polling.borrow_mut().readers.push(reader));
    let _pop = pushed.is_ok().then_some(Pop);
    poll()
}

/// Does something that blocks this thread.
pub(crate) fn blocking<T>(block: impl FnOnce() -> T) -> T {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = POLLING.try_with(|polling| polling.borrow_mut().stuck = self.0);
        }
    }
    let before = POLLING.try_with(|polling| {
        let mut polling = polling.borrow_mut();
        let all = polling.readers.len();
        std::mem::replace(&mut polling.stuck, all)
    });
    let _restore = before.ok().map(Restore);
    block()
}

/// Whether this reader waits for a blocking call on this thread, inside which this is asked.
pub(super) fn is_stuck(reader: Reader) -> bool {
    let among = |polling: &RefCell<Polling>| {
        let polling = polling.borrow();
        polling.readers.iter().take(polling.stuck).any(|stuck| *stuck == reader)
    };
    POLLING.try_with(among).unwrap_or(false)
}
