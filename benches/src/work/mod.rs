//! The workloads: groups of programs that do the same work, ours and the floors.

mod chat;
mod w1;
mod w10;
mod w2;
mod w3;
mod w4;
mod w5;
mod w7;

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

/// One repetition of a program; it gives the number of units.
pub(crate) type Repetition = Box<dyn FnMut() -> u64>;

/// Programs that do the same work.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// What is counted.
    pub(crate) unit: &'static str,
    /// The size unless one is asked for.
    pub(crate) size: usize,
    /// Which of the programs the others are compared with.
    pub(crate) base: usize,
    pub(crate) programs: Vec<Program>,
}

pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Makes all that is outside the clock.
    pub(crate) prepare: fn(usize) -> Repetition,
}

pub(crate) fn all() -> Vec<Group> {
    let mut all = vec![w1::group()];
    all.extend(w2::groups());
    all.extend([w3::group(), w4::group()]);
    all.extend(w5::groups());
    all.extend([w7::group()]);
    all.extend(w10::groups());
    all
}

/// Repetitions of a future on a current-thread runtime.
#[allow(clippy::expect_used, reason = "without a runtime there is nothing to measure")]
fn on_runtime<F: Future<Output = u64>>(mut make: impl FnMut() -> F + 'static) -> Repetition {
    let runtime: Runtime = Builder::new_current_thread().build().expect("a runtime without I/O");
    Box::new(move || runtime.block_on(make()))
}

/// What every peer says: `000 `, `001 `, …
pub(crate) fn texts(n: usize) -> std::sync::Arc<[String]> {
    (0..n).map(|i| format!("{:03} ", i % 1000)).collect()
}

/// Reads a stream of results to its end and counts the items.
#[allow(clippy::panic, reason = "a program that fails measures nothing")]
async fn count<T, E: std::fmt::Debug>(stream: impl futures_core::Stream<Item = Result<T, E>> + Unpin) -> u64 {
    use futures_util::StreamExt;
    let mut stream = stream;
    let mut items = 0;
    while let Some(item) = stream.next().await {
        match item {
            Ok(item) => drop(std::hint::black_box(item)),
            Err(error) => panic!("the program failed: {error:?}"),
        }
        items += 1;
    }
    items
}
