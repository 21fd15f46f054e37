//! Models from outside.

mod cache;
mod generate;
mod rate;
mod replay;
mod scripted;
