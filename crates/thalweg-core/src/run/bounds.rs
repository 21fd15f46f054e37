//! [`Bounds`]: how long runs may take, and who may end them from outside.

use std::sync::Arc;
use std::time::Duration;

use web_time::Instant;

use crate::cancel::CancelToken;
use crate::time::Timer;

/// The bounds of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) timer: Option<Arc<dyn Timer>>,
    /// When it must have ended.
    pub(crate) deadline: Option<Instant>,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
    /// How long its first chunk may take, if it streams.
    pub(crate) first_chunk: Option<Duration>,
    /// How long each further chunk may take.
    pub(crate) idle: Option<Duration>,
    /// Who may end it.
    pub(crate) token: Option<CancelToken>,
}

impl Bounds {
    /// Whether nothing is bounded.
    pub(crate) fn is_unbounded(&self) -> bool {
        let Self { timer: _, deadline, timeout, first_chunk, idle, token } = self;
        deadline.is_none() && timeout.is_none() && first_chunk.is_none() && idle.is_none() && token.is_none()
    }
}
