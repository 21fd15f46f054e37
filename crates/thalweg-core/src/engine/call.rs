//! Calls: a whole value in, a whole value out.

use std::pin::pin;

use futures_util::future::BoxFuture;

use super::{OpenRun, Watch};
use crate::ambient::{Place, Scoped, here};
use crate::context::Context;
use crate::error::Result;
use crate::event::{EventMask, Notified};
use crate::runnable::Runnable;
use crate::value::{Text, Value};

/// Invokes a runnable inside a run of its own, if it has one.
///
/// The future is kept small, since each step of a chain allocates one: what can be done before it is is done then, and
/// nothing is held that is not needed any more.
pub(crate) fn call<I: Value, R: Runnable<I>>(
    runnable: &R,
    name: impl FnOnce() -> Text,
    input: I,
    mut context: Context,
) -> BoxFuture<'_, Result<R::Out>> {
    let Some(kind) = runnable.kind() else {
        return Box::pin(runnable.run(input, context));
    };
    let options = context.options.take();
    let mut open = OpenRun::new(context.make_run(kind, name, None));
    Box::pin(async move {
        let watch = Watch::begin(open.run());
        match open.start_now(|| Some(input.to_dynamic())) {
            Notified::Done => {}
            Notified::Wait(told) => told.await?,
            Notified::Abort(error) => return Err(error),
        }
        let result = {
            let inner = open.context();
            let place = place(runnable, &open, &inner);
            let work = pin!(Scoped::maybe(place, runnable.run(input, inner.with_options(options))));
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
    })
}

/// What is made current while a runnable runs: its own run's context, or the one around it; nothing where nobody asks.
pub(super) fn place<I: Value, R: Runnable<I>>(
    runnable: &R,
    open: &OpenRun,
    inner: &Context,
) -> Option<Place> {
    if !inner.is_compat() && !runnable.runs_code() {
        return None;
    }
    Some(if runnable.enters(inner) { open.place() } else { here() })
}
