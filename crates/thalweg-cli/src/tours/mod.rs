//! The tours: chains that show what Thalweg does, on models that play recorded answers.
//!
//! They know nothing of how they are shown.

mod call;
mod calls;
mod examples;
mod reverse_word;

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
        calls: calls::countries,
    },
    Tour {
        name: "countries-events",
        about: "the same seen from inside: the model's pieces and what the parser makes of each",
        calls: calls::countries_events,
    },
    Tour { name: "filter-name", about: "only the events of runs of one name", calls: calls::filter_name },
    Tour { name: "filter-type", about: "only the events of runs of one kind", calls: calls::filter_type },
    Tour { name: "filter-tag", about: "only the events of runs with a tag", calls: calls::filter_tag },
    Tour {
        name: "generator",
        about: "a function stops the stream, a generator keeps it going",
        calls: calls::generator,
    },
    Tour { name: "custom-events", about: "the application's own events", calls: calls::custom_events },
    Tour { name: "tool", about: "a tool with a chain inside, whose events are seen", calls: calls::tool },
    Tour {
        name: "async-handler",
        about: "handlers on a model; it waits for the one that sleeps",
        calls: calls::async_handler,
    },
    Tour {
        name: "retrieval",
        about: "retriever and passthrough side by side, then prompt | model | parser",
        calls: calls::retrieval,
    },
];
