//! [`Listener`]: the one way in which events leave the engine. Event streams and callback handlers are listeners.

use futures_util::future::BoxFuture;

use super::{Event, EventMask, Queue};
use crate::error::Error;
use crate::run::Run;

/// What a listener made of an event.
pub(crate) enum Notified {
    /// It has taken it.
    Done,
    /// The run has to wait for this before it goes on.
    Wait(BoxFuture<'static, Result<(), Error>>),
    /// It failed and asks that the run fails too.
    Abort(Error),
}

/// Somebody who hears events.
pub(crate) trait Listener: Send + Sync {
    /// Which events of this run it wants; asked once, when the run starts.
    fn hears(&self, run: &Run) -> EventMask;

    /// Takes an event.
    fn notify(&self, event: &Event) -> Notified;

    /// Takes an event that nobody needs afterwards.
    fn notify_owned(&self, event: Event) -> Notified {
        self.notify(&event)
    }

    /// The queue, if this is a reader's. Readers hear of an event first, in the order of the events' numbers.
    fn queue(&self) -> Option<&Queue> {
        None
    }

    /// Whether models shall stream to it even where the chain needs whole messages only.
    fn wants_tokens(&self) -> bool {
        false
    }

    /// Whether handlers that are attached behind it shall not hear an event that made it ask for an abort.
    fn aborts_at_once(&self) -> bool {
        false
    }

    /// Whether this is the same listener: one attached twice hears an event once.
    fn identity(&self) -> *const () {
        std::ptr::from_ref(self).cast()
    }
}
