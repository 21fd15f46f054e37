//! Runs of components that know more about their run than the engine: tools and retrievers.

use std::pin::pin;
use std::sync::Arc;

use super::{OpenRun, Watch};
use crate::ambient::Scoped;
use crate::context::Context;
use crate::error::Result;
use crate::run::Run;
use crate::value::Dynamic;

/// Does `work` inside a run that the component has made; `work` gets the context for what runs in it.
pub(crate) async fn inside<T>(
    run: Arc<Run>,
    input: impl FnOnce() -> Dynamic,
    output: impl FnOnce(&T) -> Dynamic,
    work: impl AsyncFnOnce(Context) -> Result<T>,
) -> Result<T> {
    let watch = Watch::begin(&run);
    let mut open = OpenRun::new(run);
    open.start(|| Some(input())).await?;
    let inner = open.context();
    let result = {
        let work = pin!(Scoped::new(open.place(), work(inner)));
        match watch {
            None => work.await,
            Some(watch) => watch.future(work).await,
        }
        // What ran inside is gone before the run closes.
    };
    open.close(result, output).await
}
