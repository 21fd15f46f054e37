//! Work on a thread of its own: with a stack for deep documents and chains, with a time limit, and so that a
//! panic stays there. Imports nothing of this crate.

use std::any::Any;
use std::fmt;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Only what is used of it takes memory.
const STACK: usize = 256 * 1024 * 1024;

/// Why work brought nothing.
///
/// ```
/// use std::time::Duration;
/// use thalweg_conformance::limit::{Stopped, on_own_thread};
///
/// let forever = || std::thread::sleep(Duration::MAX);
/// let stopped = on_own_thread(Some(Duration::from_millis(1)), forever);
/// assert!(matches!(stopped, Err(Stopped::OutOfTime(_))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Stopped {
    /// It panicked, with this message.
    Panicked(String),
    /// It was not done within this time. Its thread goes on until the process ends.
    OutOfTime(Duration),
    /// No thread could be started.
    NoThread(io::Error),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked(message) => write!(f, "panicked: {message}"),
            Self::OutOfTime(limit) => write!(f, "not done after {limit:?}"),
            Self::NoThread(error) => write!(f, "no thread: {error}"),
        }
    }
}

impl std::error::Error for Stopped {}

/// Does the work on a new thread and waits for it, at most for the given time; without one, for as long as it
/// takes.
///
/// # Errors
/// The work panicked or was not done in time, or no thread could be started.
pub fn on_own_thread<T: Send + 'static>(
    limit: Option<Duration>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stopped> {
    let (done, result) = mpsc::sync_channel(1);
    let spawned = thread::Builder::new().stack_size(STACK).spawn(move || {
        let value = work();
        // Nobody listens any more if the time is up.
        let _ = done.send(value);
    });
    let thread = spawned.map_err(Stopped::NoThread)?;
    let received = match limit {
        Some(limit) => result.recv_timeout(limit).map_err(|error| match error {
            RecvTimeoutError::Timeout => Some(Stopped::OutOfTime(limit)),
            RecvTimeoutError::Disconnected => None,
        }),
        None => result.recv().map_err(|_| None),
    };
    received.map_err(|stopped| {
        // The sender went away without a value: the work panicked.
        stopped.unwrap_or_else(|| Stopped::Panicked(thread.join().err().map(message).unwrap_or_default()))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a panic's payload")]
fn message(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().copied().map(str::to_owned);
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default()
}
