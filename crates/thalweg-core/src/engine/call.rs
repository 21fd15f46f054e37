//! Calls: a whole value in, a whole value out.

use std::pin::pin;

use super::{OpenRun, Watch};
use crate::ambient::Scoped;
use crate::context::Context;
use crate::error::Result;
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
    let mut open = OpenRun::new(run);
    open.start(|| Some(input.to_dynamic())).await?;
    let inner = open.context();
    let result = {
        let entered = entered(runnable, &inner);
        let work = pin!(Scoped::new(entered, runnable.run(input, inner.with_options(options))));
        match Watch::over(open.run()) {
            None => work.await,
            Some(watch) => watch.future(work).await,
        }
        // What ran inside is gone before the run closes.
    };
    open.close(result, R::Out::to_dynamic).await
}

/// The context that is current while a runnable runs: its own run's, or still the one around it.
pub(super) fn entered<I: Value, R: Runnable<I>>(runnable: &R, inner: &Context) -> Context {
    if runnable.enters(inner) { inner.clone() } else { Context::current() }
}
