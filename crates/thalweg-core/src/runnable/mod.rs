//! Runnables: the one interface of every step, their composition, and the ways to call them.
//!
//! Each composition is a file of its own. They say what to do inside a run and leave the runs to the engine.

mod batch;
mod batched;
mod chain;
mod configured;
mod contract;
mod delegate;
mod events;
mod fanout;
mod function;
mod listened;
mod named;
mod outcome;
mod sequence;
mod stage;

pub use batch::{BlockingCompleted, Completed, IntoContexts};
pub use chain::Chain;
pub use contract::{Runnable, Streaming};
pub use function::{lambda, lambda_with};
pub use outcome::{Outcome, Returned};
pub(crate) use stage::Stage;
