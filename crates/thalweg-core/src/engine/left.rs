//! Runs that are left unfinished, as langchain-core's generators report them in compat mode.

use std::task::{Context as Poller, Waker};

use super::OpenRun;
use crate::error::{Error, ErrorKind};
use crate::event::Notified;

impl OpenRun {
    /// Whether the run is left unfinished after the call has ended, or by whoever reads the call, in compat mode.
    pub(crate) fn is_left(&self) -> bool {
        let run = self.run();
        run.scope().compat
            && self.is_open()
            && match run.ancestors().last() {
                Some(root) => root.is_closed(),
                // What reads a stream of events closes it without a word.
                None => !run.wants_tokens(),
            }
    }
}

/// The failure of a generator that is closed.
pub(crate) fn generator_exit() -> Error {
    Error::new(ErrorKind::Application, "the stream was closed").with("class", "GeneratorExit")
}

/// Whether an error is that failure.
pub(crate) fn is_generator_exit(error: &Error) -> bool {
    error.fact("class") == Some("GeneratorExit")
}

/// Tells those who do not have to be waited for long: where a stream is dropped nobody waits.
pub(crate) fn tell(notified: Notified) {
    if let Notified::Wait(mut wait) = notified {
        let _ = wait.as_mut().poll(&mut Poller::from_waker(Waker::noop()));
    }
}
