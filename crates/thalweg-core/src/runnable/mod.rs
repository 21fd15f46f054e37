//! Runnables: the one interface of every step, their composition, and the ways to call them.
//!
//! Each composition is a file of its own. They say what to do inside a run and leave the runs to the engine.

mod assign;
mod batch;
mod batched;
mod bind;
mod branch;
mod chain;
mod configurable;
mod configured;
mod contract;
mod delegate;
mod dynamic;
mod each;
mod events;
mod fallbacks;
mod fanout;
mod function;
mod generator;
mod lambda_stream;
mod listened;
mod merge;
mod named;
mod outcome;
mod parallel;
mod passthrough;
mod pick;
mod piece;
mod replay;
mod retry;
mod router;
mod sequence;
mod stage;
mod started;
mod tee;
mod truthy;

pub use assign::Assign;
pub use batch::{BlockingCompleted, Completed, IntoContexts};
pub use branch::Branch;
pub use chain::Chain;
pub use configurable::{Alternatives, Configurable};
pub use contract::{Runnable, Streaming};
pub use fallbacks::Fallbacks;
pub use function::{lambda, lambda_with};
pub use generator::{generator, generator_with};
pub use lambda_stream::lambda_stream;
pub use outcome::{Outcome, Returned};
pub use parallel::Parallel;
pub use passthrough::passthrough;
pub use pick::{pick, pick_keys};
pub use piece::Piece;
pub use retry::{Backoff, RetryPolicy};
pub use router::{Routed, Router};
pub(crate) use stage::Stage;
pub use truthy::Truthy;
