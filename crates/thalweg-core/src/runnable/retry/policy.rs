//! [`RetryPolicy`] and [`Backoff`]: what is tried again, how often, and after which wait.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::id::RunId;

/// What [`Chain::retry`](crate::Chain::retry) tries again, how often, and after which wait.
///
/// By default up to 3 attempts are made, for errors that [`Error::is_retryable`] says so of, with exponentially
/// growing waits.
///
/// ```
/// use thalweg_core::{ErrorKind, RetryPolicy};
///
/// let policy = RetryPolicy::new().max_attempts(5).when(|error| error.kind() == ErrorKind::Model);
/// ```
#[derive(Clone)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    when: Arc<dyn Fn(&Error) -> bool + Send + Sync>,
    backoff: Option<Backoff>,
}

impl RetryPolicy {
    /// The default policy.
    pub fn new() -> Self {
        Self { max_attempts: 3, when: Arc::new(Error::is_retryable), backoff: Some(Backoff::default()) }
    }

    /// How many attempts are made at most, the first among them; 3 unless set. 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Which errors are worth another attempt. Cancellation never is.
    pub fn when(mut self, when: impl Fn(&Error) -> bool + Send + Sync + 'static) -> Self {
        self.when = Arc::new(when);
        self
    }

    /// How long to wait before the next attempt. Where that would pass the call's deadline no further attempt is
    /// made.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// Makes the next attempt at once.
    pub fn no_wait(mut self) -> Self {
        self.backoff = None;
        self
    }

    /// Whether another attempt follows on attempt `number`, from 1, which failed with `error`.
    pub(super) fn goes_on(&self, number: u32, error: &Error) -> bool {
        number < self.max_attempts && self.is_retried(error)
    }

    /// Whether the error is worth another attempt.
    pub(super) fn is_retried(&self, error: &Error) -> bool {
        error.kind() != ErrorKind::Cancelled && (self.when)(error)
    }

    /// How long to wait after attempt `number`.
    pub(super) fn wait(&self, number: u32) -> Option<Duration> {
        self.backoff.as_ref().map(|backoff| backoff.after(number)).filter(|wait| !wait.is_zero())
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("max_attempts", &self.max_attempts)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}

/// Waits that grow from attempt to attempt.
///
/// By default the first is 1 second, each further one twice as long but none longer than a minute, and up to a second
/// is added by chance to each, so that many callers do not come back at the same time.
///
/// ```
/// use std::time::Duration;
///
/// use thalweg_core::Backoff;
///
/// let backoff = Backoff::new(Duration::from_millis(100)).jitter(Duration::ZERO);
/// assert_eq!(backoff.after(1), Duration::from_millis(100));
/// assert_eq!(backoff.after(3), Duration::from_millis(400));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Backoff {
    first: Duration,
    factor: f64,
    longest: Duration,
    jitter: Duration,
}

impl Backoff {
    /// Waits of which the first is so long.
    pub fn new(first: Duration) -> Self {
        Self { first, ..Self::default() }
    }

    /// How much longer each wait is than the one before; 2 unless set.
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = factor;
        self
    }

    /// The longest wait; a minute unless set.
    pub fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// How much is added by chance at most; a second unless set.
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// The wait after attempt `number`, from 1.
    pub fn after(&self, number: u32) -> Duration {
        let times = i32::try_from(number.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.first.as_secs_f64() * self.factor.powi(times);
        // The lower half of a run's id is random.
        #[allow(clippy::cast_possible_truncation, reason = "the lower bits are wanted")]
        let chance = f64::from(RunId::new().as_uuid().as_u128() as u32) / f64::from(u32::MAX);
        let wait = grown + self.jitter.as_secs_f64() * chance;
        Duration::try_from_secs_f64(wait).unwrap_or(self.longest).min(self.longest)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(1),
            factor: 2.0,
            longest: Duration::from_mins(1),
            jitter: Duration::from_secs(1),
        }
    }
}
