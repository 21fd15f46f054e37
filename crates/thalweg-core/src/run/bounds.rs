//! [`Bounds`]: until when runs may last, and who may end them from outside; and [`Bound`]: those of one run.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use web_time::Instant;

use crate::cancel::CancelToken;
use crate::time::Timer;

/// What bounds a run and those below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) timer: Option<Arc<dyn Timer>>,
    /// When it must have ended.
    pub(crate) deadline: Option<Instant>,
    /// How long its first chunk may take, if it streams.
    pub(crate) first_chunk: Option<Duration>,
    /// How long each further chunk may take.
    pub(crate) idle: Option<Duration>,
    /// Who may end it; each of them alone.
    pub(crate) tokens: Vec<CancelToken>,
}

impl Bounds {
    /// Whether nothing is bounded.
    pub(crate) fn is_unbounded(&self) -> bool {
        let Self { timer: _, deadline, first_chunk, idle, tokens } = self;
        deadline.is_none() && first_chunk.is_none() && idle.is_none() && tokens.is_empty()
    }

    /// Whether it says nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_unbounded() && self.timer.is_none()
    }

    /// Takes in other bounds: of two limits the stricter one counts, so that none is ever loosened. The
    /// other's timer wins.
    pub(crate) fn tighten(&mut self, other: &Self) {
        self.timer = other.timer.clone().or_else(|| self.timer.take());
        self.deadline = stricter(self.deadline, other.deadline);
        self.first_chunk = stricter(self.first_chunk, other.first_chunk);
        self.idle = stricter(self.idle, other.idle);
        for token in &other.tokens {
            if !self.tokens.iter().any(|there| there.is_same(token)) {
                self.tokens.push(token.clone());
            }
        }
    }

    /// Whether somebody has ended it from outside.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.tokens.iter().any(CancelToken::is_cancelled)
    }
}

/// The stricter of two limits, where there are two.
pub(crate) fn stricter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}

/// The bounds of one run: with a time of its own, which counts from the first poll of the call that makes the run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bound {
    pub(crate) bounds: Arc<Bounds>,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether its whole output is the one chunk of a stream, so that it is bounded as a first chunk is.
    pub(crate) one_chunk: bool,
    /// When that time is over, once it counts.
    due: OnceLock<Option<Instant>>,
}

impl Bound {
    pub(crate) fn new(bounds: Arc<Bounds>, timeout: Option<Duration>) -> Self {
        Self { bounds, timeout, one_chunk: false, due: OnceLock::new() }
    }

    /// The same with other bounds beside the run's own time.
    pub(crate) fn with_bounds(&self, bounds: Arc<Bounds>) -> Self {
        Self { bounds, ..self.clone() }
    }

    /// Whether nothing is bounded.
    pub(crate) fn is_unbounded(&self) -> bool {
        self.timeout.is_none() && self.bounds.is_unbounded()
    }

    /// The same for another call, whose time has not begun.
    pub(crate) fn renewed(&self) -> Self {
        Self::new(Arc::clone(&self.bounds), self.timeout)
    }

    /// Lets the time count from now, unless it does already; gives when it is over. A time that is too long to be told
    /// has no end.
    pub(crate) fn begin(&self, now: impl FnOnce() -> Instant) -> Option<Instant> {
        *self.due.get_or_init(|| now().checked_add(self.timeout?))
    }

    /// When the time is over, if it counts.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due.get().copied().flatten()
    }
}
