//! [`Step`]: a wait for those who hear an event.

use std::task::{Context as Poller, Poll, ready};

use futures_util::future::BoxFuture;

use crate::error::{Error, Result};

/// Something to wait for: those who hear an event, or nobody.
pub(super) enum Step {
    Ready,
    Failed(Error),
    Waiting(BoxFuture<'static, Result<()>>),
}

impl Step {
    pub(super) fn ready() -> Self {
        Self::Ready
    }

    pub(super) fn poll(&mut self, cx: &mut Poller<'_>) -> Poll<Result<()>> {
        let done = match self {
            Self::Ready => return Poll::Ready(Ok(())),
            Self::Failed(error) => Err(error.clone()),
            Self::Waiting(wait) => ready!(wait.as_mut().poll(cx)),
        };
        *self = Self::Ready;
        Poll::Ready(done)
    }
}

impl From<BoxFuture<'static, Result<()>>> for Step {
    fn from(wait: BoxFuture<'static, Result<()>>) -> Self {
        Self::Waiting(wait)
    }
}
