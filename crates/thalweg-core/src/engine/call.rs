//! Calls: a whole value in, a whole value out.

use std::pin::pin;

use super::{OpenRun, Watch, wait};
use crate::ambient::{Place, Scoped, here};
use crate::context::Context;
use crate::error::Result;
use crate::event::{EventMask, Notified};
use crate::runnable::Runnable;
use crate::value::{Text, Value};

/// Invokes a runnable inside a run of its own, if it has one.
pub(crate) async fn call<I: Value, R: Runnable<I>>(
    runnable: &R,
    name: impl FnOnce() -> Text,
    input: I,
    context: Context,
) -> Result<R::Out> {
    let Some(kind) = runnable.kind() else {
        return runnable.run(input, context).await;
    };
    let options = context.options.clone();
    let run = context.make_run(kind, name, None);
    let watch = Watch::begin(&run);
    let mut open = OpenRun::new(run);
    // Waiting for nobody costs no future.
    match open.start_now(|| Some(input.to_dynamic())) {
        Notified::Done => {}
        told => wait(told).await?,
    }
    let inner = open.context();
    let result = {
        let work = pin!(Scoped::new(
            place(runnable, &open, &inner),
            runnable.run(input, inner.with_options(options))
        ));
        match watch {
            None => work.await,
            Some(watch) => watch.future(work).await,
        }
        // What ran inside is gone before the run closes.
    };
    if !open.hears(EventMask::ALL) {
        return open.close_unheard(result);
    }
    open.close(result, R::Out::to_dynamic).await
}

/// What is current while a runnable runs: its own run's context, or still the one around it.
pub(super) fn place<I: Value, R: Runnable<I>>(runnable: &R, open: &OpenRun, inner: &Context) -> Place {
    if runnable.enters(inner) { open.place() } else { here() }
}
