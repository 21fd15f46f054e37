//! Models from outside.

mod replay;
mod scripted;
