//! Values under construction: they grow at the end, and their snapshots stay as they were.
//!
//! `list`, `map` and `text` are what a parser writes to; `log`, `entries` and `index` are what they share with
//! their snapshots. A snapshot costs the same however long the value is.

mod entries;
mod index;
mod list;
mod log;
mod map;
mod text;

pub(super) use entries::Entries;
pub(crate) use list::GrowingList;
pub(super) use log::{Log, Range};
pub(crate) use map::GrowingMap;
pub(crate) use text::GrowingText;
