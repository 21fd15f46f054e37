//! [`Play`]: cues as a stream, each in its time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::Cue;
use crate::context::Context;
use crate::engine::no_timer;
use crate::error::Result;

/// Plays cues: `read` makes a piece of one.
pub(in crate::model) struct Play<P> {
    cues: Arc<[Cue]>,
    next: usize,
    /// How long every piece takes.
    pace: Duration,
    /// Whether the pace of the next piece has been kept already.
    kept: bool,
    sleep: Option<BoxFuture<'static, ()>>,
    read: fn(&Cue) -> Option<P>,
}

impl<P> Play<P> {
    pub(in crate::model) fn new(cues: Arc<[Cue]>, pace: Duration, read: fn(&Cue) -> Option<P>) -> Self {
        Self { cues, next: 0, pace, kept: false, sleep: None, read }
    }

    /// Waits by the timer of the run that is polled here.
    fn wait(&mut self, duration: Duration) -> Result<()> {
        if !duration.is_zero() {
            let timer = Context::current().timer().ok_or_else(no_timer)?;
            self.sleep = Some(timer.sleep(duration));
        }
        Ok(())
    }
}

impl<P> Unpin for Play<P> {}

impl<P> Stream for Play<P> {
    type Item = Result<P>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Option<Result<P>>> {
        let this = &mut *self;
        loop {
            if let Some(sleep) = &mut this.sleep {
                ready!(sleep.as_mut().poll(cx));
                this.sleep = None;
            }
            let pause = match this.cues.get(this.next) {
                None => return Poll::Ready(None),
                Some(Cue::Wait(duration)) => {
                    this.next += 1;
                    *duration
                }
                Some(_) if !this.kept => {
                    this.kept = true;
                    this.pace
                }
                Some(Cue::Fail(error)) => {
                    let error = error.clone();
                    this.next = this.cues.len();
                    return Poll::Ready(Some(Err(error)));
                }
                Some(cue) => {
                    let piece = (this.read)(cue);
                    this.next += 1;
                    this.kept = false;
                    match piece {
                        Some(piece) => return Poll::Ready(Some(Ok(piece))),
                        None => continue,
                    }
                }
            };
            if let Err(error) = this.wait(pause) {
                this.next = this.cues.len();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
