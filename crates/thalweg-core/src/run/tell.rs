//! How a run tells those who hear it.

use std::sync::Arc;

use super::Run;
use super::pending::{Taken, Wait};
use crate::error::{Error, Result};
use crate::event::{BACKLOG, Event, EventKind, EventMask, Notified, Queue, backlog, tell_all};
use crate::value::{Dynamic, Text};

/// What those who were told of an event make of it.
#[derive(Default)]
struct Told {
    /// Handlers that have to be waited for.
    waits: Vec<Wait>,
    /// Readers that have enough to read.
    rooms: Vec<Wait>,
    /// The first failure that asks for an abort.
    abort: Option<Error>,
}

impl Run {
    /// Tells the listeners. Callers ask [`Run::hears`] first, so that no event is built for nobody.
    pub(crate) fn emit(self: &Arc<Self>, kind: EventKind) -> Notified {
        let mask = kind.mask();
        // Mostly there is one reader, which keeps up, or one handler.
        if self.hears(mask)
            && self.nothing_pending()
            && let [only] = self.listeners()
        {
            match only.queue() {
                Some(queue) if !queue.is_crowded() => return told(queue, queue.tell(self, kind)),
                Some(_) => {}
                None => return only.notify_owned(Event::next(self, kind)),
            }
        }
        self.emit_to_all(kind, mask)
    }

    /// The same, for the readers and handlers there may be.
    #[cold]
    fn emit_to_all(self: &Arc<Self>, kind: EventKind, mask: EventMask) -> Notified {
        if !self.hears(mask) {
            return self.settle();
        }
        // The start is refused before it is told, and nobody may miss an end.
        if mask.intersects(EventMask::STREAM)
            && let Some(error) = self.refusal(mask, true)
        {
            return Notified::Abort(error);
        }
        all(self.take_pending(), self.deliver(kind))
    }

    /// Tells that the run is cancelled, where nobody can wait: what is pending on the runs above stays so, and who
    /// hears this takes it at once or not at all.
    pub(crate) fn emit_cancelled(self: &Arc<Self>) {
        if self.hears(EventMask::CANCELLED) {
            drop(self.deliver(EventKind::Cancelled));
        }
    }

    /// What has to be waited for before the run goes on, though there is no event to tell.
    pub(crate) fn settle(self: &Arc<Self>) -> Notified {
        if self.nothing_pending() {
            return Notified::Done;
        }
        let mut own = Taken::default();
        own.take(self);
        all(own, Told::default())
    }

    /// Forgets what is waited for: the run is over or dropped, nobody will wait.
    pub(crate) fn abandon(&self) {
        if !self.nothing_pending() {
            drop(self.pending.take(&self.scope().tree));
        }
    }

    /// Why an event of this kind cannot be told now: a reader that hears it has a whole backlog to read, and whoever
    /// tells it cannot wait for the reader.
    pub(crate) fn refusal(&self, mask: EventMask, can_wait: bool) -> Option<Error> {
        if !self.is_crowded() || !self.queues(mask).any(|queue| queue.refuses(can_wait)) {
            return None;
        }
        Some(backlog("a reader of events").in_run(|| self.path()))
    }

    /// Tells of a custom event from code that can't wait: those who have to be waited for are, before the next event.
    pub(crate) fn tell_custom(self: &Arc<Self>, name: Text, data: impl FnOnce() -> Dynamic) -> Result<()> {
        if !self.hears(EventMask::CUSTOM) {
            return Ok(());
        }
        if let Some(error) = self.refusal(EventMask::CUSTOM, false) {
            return Err(error.with("event", name));
        }
        let tree = &self.scope().tree;
        if tree.waits() >= BACKLOG {
            return Err(backlog("an async handler").in_run(|| self.path()).with("event", name));
        }
        let told = self.deliver(EventKind::Custom { name, data: data() });
        self.pending.push(told.waits, tree);
        if self.is_closed() {
            // It closed meanwhile, on another thread: nobody would take them.
            self.abandon();
        }
        told.abort.map_or(Ok(()), Err)
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
        if !self.is_crowded() {
            return self.emit(EventKind::Custom { name, data: data() });
        }
        if let Some(error) = self.refusal(EventMask::CUSTOM, true) {
            return Notified::Abort(error.with("event", name));
        }
        let kind = EventKind::Custom { name, data: data() };
        let Some(room) = self.queues(EventMask::CUSTOM).find(|queue| queue.is_crowded()).map(Queue::room)
        else {
            return self.emit(kind);
        };
        // So many wait already that this one is told only when there is room, should it be waited for so long.
        let run = Arc::clone(self);
        Notified::Wait(Box::pin(async move {
            room.await?;
            match run.emit(kind) {
                Notified::Done => Ok(()),
                Notified::Wait(wait) => wait.await,
                Notified::Abort(error) => Err(error),
            }
        }))
    }

    /// Whether a whole backlog waits for one of those who hear the run.
    fn is_crowded(&self) -> bool {
        self.listeners().iter().any(|listener| listener.queue().is_some_and(Queue::is_crowded))
    }

    /// The queues of the readers that hear events of this kind.
    fn queues(&self, mask: EventMask) -> impl Iterator<Item = &Queue> {
        let heard = move |(i, _): &(usize, _)| self.heard().by(*i, mask);
        self.listeners().iter().enumerate().filter(heard).filter_map(|(_, listener)| listener.queue())
    }

    /// Hands an event to each listener that hears it: to the readers in the order of the events, then to the handlers.
    fn deliver(self: &Arc<Self>, kind: EventKind) -> Told {
        let mut told = Told::default();
        let mask = kind.mask();
        let event = self.put(kind, mask, &mut told);
        for (i, listener) in self.listeners().iter().enumerate() {
            if listener.queue().is_some() || !self.heard().by(i, mask) {
                continue;
            }
            match listener.notify(&event) {
                Notified::Done => {}
                Notified::Wait(wait) => told.waits.push(wait),
                Notified::Abort(error) => {
                    told.abort.get_or_insert(error);
                    if listener.aborts_at_once() {
                        break;
                    }
                }
            }
        }
        told
    }

    /// Numbers an event and puts it into the queues of those who read it.
    fn put(self: &Arc<Self>, kind: EventKind, mask: EventMask, told: &mut Told) -> Event {
        let mut queues = self.queues(mask);
        match (queues.next(), queues.next()) {
            (None, _) => Event::next(self, kind),
            (Some(only), None) => {
                let (event, room) = only.tell_first(self, kind);
                if !room {
                    told.rooms.push(Box::pin(only.room()));
                }
                event
            }
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(queues).collect();
                let (event, full) = tell_all(all, self, kind);
                told.rooms.extend(full.into_iter().map(|queue| -> Wait { Box::pin(queue.room()) }));
                event
            }
        }
    }

    /// What is pending on this run and those above, the root's first: they told of it before.
    fn take_pending(self: &Arc<Self>) -> Taken {
        let mut taken = Taken::default();
        if self.nothing_pending() {
            return taken;
        }
        let mut runs: Vec<_> = std::iter::once(self).chain(self.ancestors()).collect();
        while let Some(run) = runs.pop() {
            taken.take(run);
        }
        taken
    }

    /// Whether nobody has to be waited for in the whole tree, which is so nearly always and costs one look.
    fn nothing_pending(&self) -> bool {
        self.scope().tree.waits() == 0
    }
}

/// A reader has been told of an event: it has to be waited for if there is no room for another one.
fn told(queue: &Queue, room: bool) -> Notified {
    if room { Notified::Done } else { Notified::Wait(Box::pin(queue.room())) }
}

/// Everything there is to wait for, in order, each whether or not another failed; then the first failure.
fn all(mut taken: Taken, told: Told) -> Notified {
    let Told { waits, rooms, abort } = told;
    if taken.is_empty() && waits.is_empty() && rooms.is_empty() {
        return abort.map_or(Notified::Done, Notified::Abort);
    }
    Notified::Wait(Box::pin(async move {
        let mut failure = abort;
        while let Some(told) = taken.wait_for_next().await {
            if let Err(error) = told {
                failure.get_or_insert(error);
            }
        }
        for wait in waits.into_iter().chain(rooms) {
            if let Err(error) = wait.await {
                failure.get_or_insert(error);
            }
        }
        failure.map_or(Ok(()), Err)
    }))
}
