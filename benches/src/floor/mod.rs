//! The floors: the same work with no framework, to bound what any design of its shape can reach here.

pub(crate) mod chunks;
pub(crate) mod events;
pub(crate) mod json;
pub(crate) mod steps;

use std::future::Future;

use tokio::runtime::Builder;

use crate::work::Repetition;

/// Repetitions of a future on a current-thread runtime.
#[allow(clippy::expect_used, reason = "without a runtime there is nothing to measure")]
fn on_runtime<F: Future<Output = u64>>(mut make: impl FnMut() -> F + 'static) -> Repetition {
    let runtime = Builder::new_current_thread().build().expect("a runtime without I/O");
    Box::new(move || runtime.block_on(make()))
}
