//! Tools: functions that models may call, with a name, a description and a schema of their arguments.
//!
//! Knows schemas, messages and runnables; nothing of models. Within: `builder` makes a [`Tool`], `runnable` runs it,
//! `input` is what it takes, `args` how its function takes arguments, `output` what its function may return and what
//! becomes of it.

mod args;
mod builder;
mod input;
mod output;
mod runnable;

pub use args::{Args, FromArgs, One};
pub use builder::ToolBuilder;
pub use input::ToolInput;
pub use output::{ToolOutput, ToolReply};
pub use runnable::Tool;
