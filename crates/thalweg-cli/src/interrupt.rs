//! [`Interrupt`]: Ctrl-C, as something to wait for.

use std::future::{Future, pending};
use std::io;
use std::pin::{Pin, pin};
use std::time::Duration;

use futures_util::future::{Either, select};

/// Ctrl-C. It happens once; later ones change nothing.
pub(crate) struct Interrupt {
    signal: Option<Pin<Box<dyn Future<Output = io::Result<()>>>>>,
}

impl Interrupt {
    pub(crate) fn new() -> Self {
        Self { signal: Some(Box::pin(tokio::signal::ctrl_c())) }
    }

    /// Waits until it happens, at most for this time; for ever without one. Says whether it happened.
    pub(crate) async fn within(&mut self, limit: Option<Duration>) -> bool {
        let limit = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => pending().await,
            }
        };
        let signal = async {
            // Where signals cannot be heard, none comes.
            let heard = match &mut self.signal {
                Some(signal) => signal.await.is_ok(),
                None => false,
            };
            if !heard {
                self.signal = None;
                pending::<()>().await;
            }
        };
        let happened = matches!(select(pin!(signal), pin!(limit)).await, Either::Left(_));
        if happened {
            self.signal = None;
        }
        happened
    }
}
