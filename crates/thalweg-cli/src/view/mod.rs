//! How the events of a tour are shown: as a tree that is redrawn in place, as lines, or as JSON.
//!
//! Imports nothing of this crate but `args`, `drive::Outcome` and `fault`.

mod json;
mod lines;
mod payload;
mod terminal;
mod tree;
mod wrap;

use std::io::{self, IsTerminal};
use std::time::Duration;

use thalweg::Error;
use thalweg::event::Event;

use crate::args::Events;
use crate::drive::Outcome;
use crate::fault::Fault;

/// Shows the calls of a tour, one after the other.
pub(crate) trait View {
    /// A tour begins.
    fn headline(&mut self, name: &str, about: &str) -> Result<(), Fault>;

    /// A call begins; `filtered` if only some of its events will come.
    fn open(&mut self, title: &str, filtered: bool) -> Result<(), Fault>;

    /// Something happened.
    fn event(&mut self, event: &Event) -> Result<(), Fault>;

    /// A handler of the tour has said something.
    fn note(&mut self, line: &str) -> Result<(), Fault>;

    /// The call failed; all of its events have come.
    fn failed(&mut self, error: &Error) -> Result<(), Fault>;

    /// The call is over.
    fn close(&mut self, outcome: Outcome) -> Result<(), Fault>;

    /// How often it wants to show that time passes; `None` for never.
    fn refresh(&self) -> Option<Duration> {
        None
    }

    /// Time has passed.
    fn tick(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// The view that was asked for, or the one that fits where the output goes.
pub(crate) fn choose(events: Option<Events>) -> Box<dyn View> {
    let out = io::stdout();
    match events {
        Some(Events::Ndjson) => Box::new(json::Ndjson::new(out)),
        Some(Events::V2) => Box::new(json::V2::new(out)),
        None if out.is_terminal() && terminal::is_able() => Box::new(tree::Tree::new(out)),
        None => Box::new(lines::Lines::new(out)),
    }
}
