//! [`Timer`]: how the core waits, since it knows neither a runtime nor a clock of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use web_time::Instant;

/// Waits for the core: between the attempts of a retry, and to see that a time limit has passed.
///
/// With the feature `timer` (on in the `thalweg` crate) there is one that works in every runtime. Otherwise, or to use
/// a runtime's own, give one to [`Config::timer`](crate::Config::timer).
///
/// ```
/// use std::time::Duration;
///
/// use futures_util::future::{BoxFuture, FutureExt};
/// use thalweg_core::Timer;
///
/// struct Tokio;
///
/// impl Timer for Tokio {
///     fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
///         tokio::time::sleep(duration).boxed()
///     }
/// }
/// ```
pub trait Timer: Send + Sync + 'static {
    /// A future that is ready when `duration` has passed since this call.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// The present, by the clock that [`sleep`](Timer::sleep) goes by; the system's unless overridden.
    fn now(&self) -> Instant {
        Instant::now()
    }
}

impl fmt::Debug for dyn Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timer")
    }
}

/// The timer for where none is given.
#[cfg_attr(feature = "timer", allow(clippy::unnecessary_wraps, reason = "without the feature there is none"))]
pub(crate) fn default_timer() -> Option<Arc<dyn Timer>> {
    #[cfg(feature = "timer")]
    {
        Some(Arc::new(FuturesTimer))
    }
    #[cfg(not(feature = "timer"))]
    {
        None
    }
}

/// The timer of the `futures-timer` crate.
#[cfg(feature = "timer")]
struct FuturesTimer;

#[cfg(feature = "timer")]
impl Timer for FuturesTimer {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(futures_timer::Delay::new(duration))
    }
}
