//! The tours: chains that show what Thalweg does, on models that play from a script.
//!
//! Each file has one theme and gives its calls ready to be read. They know nothing of how they are shown.

mod async_handler;
mod call;
mod countries;
mod custom_events;
mod filters;
mod generator;
mod retrieval;
mod tool;

use thalweg::Result;

pub(crate) use call::{Call, Told};

/// One or more calls that show one thing.
pub(crate) struct Tour {
    /// What it is asked for by.
    pub(crate) name: &'static str,
    /// What it shows, in one line.
    pub(crate) about: &'static str,
    /// Makes its calls; nothing happens before they are read.
    pub(crate) calls: fn() -> Result<Vec<Call>>,
}

/// All tours, in the order in which they are shown.
pub(crate) const TOURS: &[Tour] = &[
    Tour {
        name: "countries",
        about: "JSON as it is being written: model | JSON parser",
        calls: countries::json,
    },
    Tour {
        name: "countries-events",
        about: "the same seen from inside: the model's pieces and what the parser makes of each",
        calls: countries::events,
    },
    Tour { name: "filter-name", about: "only the events of runs of one name", calls: filters::by_name },
    Tour { name: "filter-type", about: "only the events of runs of one kind", calls: filters::by_type },
    Tour { name: "filter-tag", about: "only the events of runs with a tag", calls: filters::by_tag },
    Tour {
        name: "generator",
        about: "a function stops the stream, a generator keeps it going",
        calls: generator::calls,
    },
    Tour { name: "custom-events", about: "the application's own events", calls: custom_events::calls },
    Tour { name: "tool", about: "a tool with a chain inside, whose events are seen", calls: tool::calls },
    Tour {
        name: "async-handler",
        about: "handlers on a model; it waits for the one that sleeps",
        calls: async_handler::calls,
    },
    Tour {
        name: "retrieval",
        about: "retriever and passthrough side by side, then prompt | model | parser",
        calls: retrieval::calls,
    },
];
