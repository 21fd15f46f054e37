//! The run engine: the one place where runs start, stream and end.
//!
//! Runnables say what to do; the engine wraps it in a run, so that every start has exactly one end, children end
//! before their parents, and nothing is built that nobody hears.

mod batch;
mod call;
mod gather;
mod inside;
mod left;
mod open;
mod running;
mod step;
mod streamed;
mod tap;
mod through;
mod watch;

pub(crate) use batch::Runs;
pub(crate) use call::call;
pub(crate) use gather::gather;
pub(crate) use inside::inside;
pub(crate) use left::{generator_exit, is_generator_exit, tell};
pub(crate) use open::{OpenRun, wait};
pub(crate) use streamed::streamed;
pub(crate) use through::{Input, through};
pub(crate) use watch::{Watch, no_timer};
