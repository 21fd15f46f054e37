//! How a run tells those who hear it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use web_time::SystemTime;

use super::Run;
use super::pending::Wait;
use crate::error::{Error, Result};
use crate::event::{Event, EventKind, EventMask, Notified};
use crate::value::{Dynamic, Text};

impl Run {
    /// Tells the listeners. Callers ask [`Run::hears`] first, so that no event is built for nobody.
    pub(crate) fn emit(self: &Arc<Self>, kind: EventKind) -> Notified {
        if !self.hears(kind.mask()) {
            return self.settle();
        }
        let waits = if self.nothing_pending() { Vec::new() } else { self.take_pending() };
        let event = self.event(kind);
        if let ([only], true) = (self.listeners(), waits.is_empty()) {
            return only.notify_owned(event);
        }
        let (more, abort) = self.deliver(&event);
        all(waits, more, abort)
    }

    /// What has to be waited for before the run goes on, though there is no event to tell.
    pub(crate) fn settle(&self) -> Notified {
        if self.nothing_pending() {
            return Notified::Done;
        }
        all(self.pending_here(), Vec::new(), None)
    }

    /// Forgets what is waited for: the run is dropped, nobody will wait.
    pub(crate) fn abandon(&self) {
        if !self.nothing_pending() {
            drop(self.pending_here());
        }
    }

    /// Tells of a custom event from code that can't wait: those who have to be waited for are, before the next event.
    pub(crate) fn tell_custom(self: &Arc<Self>, name: Text, data: impl FnOnce() -> Dynamic) -> Result<()> {
        if !self.hears(EventMask::CUSTOM) {
            return Ok(());
        }
        let event = self.event(EventKind::Custom { name, data: data() });
        let (waits, abort) = self.deliver(&event);
        self.pending.push(waits, &self.scope().tree.pending);
        if self.is_closed() {
            // It closed meanwhile, on another thread: nobody would take them.
            self.abandon();
        }
        abort.map_or(Ok(()), Err)
    }

    /// Tells of a custom event from code that can wait for those who hear it.
    pub(crate) fn tell_custom_and_wait(
        self: &Arc<Self>,
        name: Text,
        data: impl FnOnce() -> Dynamic,
    ) -> Notified {
        if !self.hears(EventMask::CUSTOM) {
            return Notified::Done;
        }
        self.emit(EventKind::Custom { name, data: data() })
    }

    fn event(self: &Arc<Self>, kind: EventKind) -> Event {
        let seq = self.scope().tree.seq.fetch_add(1, Ordering::Relaxed);
        Event { seq, time: SystemTime::now(), run: Arc::clone(self), kind }
    }

    /// Hands an event to each listener that hears it: who has to be waited for, and the first who wants an abort.
    fn deliver(&self, event: &Event) -> (Vec<Wait>, Option<Error>) {
        let (mut waits, mut abort) = (Vec::new(), None);
        let mask = event.kind.mask();
        for (i, listener) in self.listeners().iter().enumerate() {
            if !self.heard().by(i, mask) {
                continue;
            }
            match listener.notify(event) {
                Notified::Done => {}
                Notified::Wait(wait) => waits.push(wait),
                Notified::Abort(error) => {
                    abort.get_or_insert(error);
                    if listener.aborts_at_once() {
                        break;
                    }
                }
            }
        }
        (waits, abort)
    }

    /// What is pending on this run and those above, the root's first: they told of it before.
    fn take_pending(&self) -> Vec<Wait> {
        let mut waits = self.parent().map_or_else(Vec::new, |parent| parent.take_pending());
        waits.extend(self.pending_here());
        waits
    }

    fn pending_here(&self) -> Vec<Wait> {
        self.pending.take(&self.scope().tree.pending)
    }

    /// Whether nobody has to be waited for in the whole tree, which is so nearly always and costs one look.
    fn nothing_pending(&self) -> bool {
        self.scope().tree.pending.load(Ordering::Acquire) == 0
    }
}

/// Everything there is to wait for, in order, each whether or not another failed; then the first failure.
fn all(first: Vec<Wait>, then: Vec<Wait>, abort: Option<Error>) -> Notified {
    if first.is_empty() && then.is_empty() {
        return abort.map_or(Notified::Done, Notified::Abort);
    }
    Notified::Wait(Box::pin(async move {
        let mut failure = abort;
        for wait in first.into_iter().chain(then) {
            if let Err(error) = wait.await {
                failure.get_or_insert(error);
            }
        }
        failure.map_or(Ok(()), Err)
    }))
}
