//! Values under construction: they grow at the end, and their snapshots stay as they were.

mod list;
mod map;
mod text;

pub(crate) use list::GrowingList;
pub(crate) use map::GrowingMap;
pub(crate) use text::GrowingText;
