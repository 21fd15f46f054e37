//! [`Wants`]: which events a reader wants, by what it makes of them.

use super::{EventFilter, EventKind, EventMask};
use crate::run::Run;

/// What a reader of a call wants to hear.
pub(crate) enum Wants {
    /// The events of the runs that pass.
    Events(EventFilter),
    /// What a run log shows: the first run, and the starts, chunks and ends of the runs that pass.
    Log(EventFilter),
    /// What models say, of those that pass.
    Models(EventFilter),
}

impl Wants {
    /// Which events of this run are to be built. `first`: no run has started yet, so that this may be the root.
    pub(super) fn mask(&self, run: &Run, first: impl FnOnce() -> bool) -> EventMask {
        let shown = EventMask::START.union(EventMask::STREAM).union(EventMask::CLOSE);
        match self {
            Self::Events(filter) => {
                let mask = filter.mask(run);
                if self.watches_root(run) && run.parent().is_none() {
                    // The root's start and end are watched even if they are not shown.
                    mask.union(EventMask::START).union(EventMask::CLOSE)
                } else {
                    mask
                }
            }
            Self::Log(_) if first() => shown,
            Self::Log(filter) if filter.passes_logged(run) => shown,
            Self::Models(filter) if run.kind().is_model() && filter.passes_run(run) => shown,
            Self::Log(_) | Self::Models(_) => EventMask::NONE,
        }
    }

    /// Whether the reader itself tells the root's chunks.
    pub(super) fn watches_root(&self, run: &Run) -> bool {
        matches!(self, Self::Events(_)) && run.scope().compat
    }

    /// Whether the reader gets all events that are told of the runs that it hears.
    pub(super) fn passes_all(&self) -> bool {
        match self {
            Self::Events(filter) => filter.is_open(),
            Self::Log(_) | Self::Models(_) => true,
        }
    }

    /// Whether the reader gets this event of a run that it hears.
    pub(super) fn passes(&self, run: &Run, kind: &EventKind) -> bool {
        let Self::Events(filter) = self else { return true };
        match kind {
            EventKind::Custom { name, .. } => filter.passes_custom(run, name),
            // By default the mask has said so when the run started; a root that is watched may not be shown.
            _ => !self.watches_root(run) || filter.is_open() || filter.passes_run(run),
        }
    }
}
