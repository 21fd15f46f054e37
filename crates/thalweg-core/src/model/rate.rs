//! [`RateLimiter`]: how often a model may be asked; and [`TokenBucket`], which keeps to a rate.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use web_time::Instant;

use crate::context::Context;
use crate::engine::no_timer;
use crate::error::Result;
use crate::run::Limit;

/// Says when a model may be asked; see `with_rate_limiter` of [`Chat`](super::Chat) and [`Llm`](super::Llm).
pub trait RateLimiter: Send + Sync + 'static {
    /// Ready when one more request may be made. Polled inside the model's run; a call that is dropped while it waits
    /// must not use up anything.
    fn acquire(&self) -> BoxFuture<'_, Result<()>>;
}

/// Lets requests through at a steady rate, and as many at once as have been saved up in quiet times.
///
/// Whoever waits longest goes first. It waits by the timer of the call, so that it keeps to a test's clock too.
///
/// ```
/// use thalweg_core::model::{Chat, ScriptedChat, TokenBucket};
///
/// // Ten at once, and then one every two seconds.
/// let limiter = TokenBucket::per_second(0.5).burst(10);
/// let model = Chat::new(ScriptedChat::new(["hi"])).with_rate_limiter(limiter);
/// # model.chain().invoke_blocking("hello")?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct TokenBucket {
    /// How long one token takes to come.
    interval: Duration,
    /// How long a full bucket has taken to fill.
    depth: Duration,
    /// When the bucket was or will be full, as far as it has been used.
    full_at: Mutex<Option<Instant>>,
    /// Only the first in this queue looks at the bucket.
    queue: Arc<Limit>,
}

impl TokenBucket {
    /// So many requests per second, and none saved up. What is not positive counts as one in a day.
    pub fn per_second(rate: f64) -> Self {
        const DAY: Duration = Duration::from_hours(24);
        let interval = if rate > 0.0 { Duration::try_from_secs_f64(1.0 / rate).unwrap_or(DAY) } else { DAY };
        // The limit's first permit belongs to nobody here, so that there is one to wait for.
        Self { interval, depth: interval, full_at: Mutex::new(None), queue: Limit::new(2, None) }
    }

    /// Lets up to so many requests through at once after a quiet time, and at the beginning; 1 unless set, and at
    /// least that.
    pub fn burst(mut self, requests: u32) -> Self {
        self.depth = self.interval.saturating_mul(requests.max(1));
        self
    }

    /// Takes a token, or says how long there will be none.
    fn take(&self, now: Instant) -> Result<(), Duration> {
        // No foreign code runs while the lock is held.
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.map_or(now, |at| at.max(now));
        let missing = full.saturating_duration_since(now).saturating_add(self.interval);
        match missing.checked_sub(self.depth) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *full_at = full.checked_add(self.interval);
                Ok(())
            }
        }
    }
}

impl RateLimiter for TokenBucket {
    fn acquire(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let timer = Context::current().timer();
            let _first = self.queue.acquire().await;
            loop {
                let now = timer.as_ref().map_or_else(Instant::now, |timer| timer.now());
                match self.take(now) {
                    Ok(()) => return Ok(()),
                    Err(wait) => timer.as_ref().ok_or_else(no_timer)?.sleep(wait).await,
                }
            }
        })
    }
}

/// A limiter that several models share.
impl<L: RateLimiter + ?Sized> RateLimiter for Arc<L> {
    fn acquire(&self) -> BoxFuture<'_, Result<()>> {
        (**self).acquire()
    }
}
