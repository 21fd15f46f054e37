//! Reads the events of a call into a view: at a pace, until the end, a failure or Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use thalweg::event::EventKind;

use crate::fault::Fault;
use crate::interrupt::Interrupt;
use crate::tours::{Call, Told};
use crate::view::View;

/// How a call came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ended well.
    Ended,
    /// It failed.
    Failed,
    /// It was cancelled by Ctrl-C.
    Interrupted,
}

/// Reads a call to its end. The pace is that of the reader: since reading drives the call, a pause before each piece of a
/// model's answer is as if the model took that time.
pub(crate) async fn drive(
    mut call: Call,
    view: &mut dyn View,
    pace: Duration,
    interrupt: &mut Interrupt,
) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::Ended;
    view.open(&call.title, call.filtered)?;
    loop {
        let told = {
            let next = pin!(call.next());
            match select(next, pin!(interrupt.within(view.refresh()))).await {
                Either::Left((told, _)) => Ok(told),
                Either::Right((interrupted, _)) => Err(interrupted),
            }
        };
        let mut interrupted = false;
        match told {
            Ok(None) => break,
            Ok(Some(Told::Note(line))) => view.note(&line)?,
            Ok(Some(Told::Failed(error))) => {
                outcome = Outcome::Failed;
                view.failed(&error)?;
            }
            Ok(Some(Told::Event(event))) => {
                let is_piece = event.run.kind().is_model() && matches!(event.kind, EventKind::Stream { .. });
                if is_piece && !pace.is_zero() && outcome == Outcome::Ended {
                    interrupted = interrupt.within(Some(pace)).await;
                }
                view.event(&event)?;
            }
            Err(false) => view.tick()?,
            Err(true) => interrupted = true,
        }
        if interrupted {
            outcome = Outcome::Interrupted;
            call.cancel();
        }
    }
    view.close(outcome)?;
    Ok(outcome)
}
