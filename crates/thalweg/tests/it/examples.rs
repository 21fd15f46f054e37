//! The examples, as the programs have them.
#![allow(dead_code, reason = "the tests call only what prints")]

#[path = "../../examples/async_handler.rs"]
pub(crate) mod async_handler;
#[path = "../../examples/countries_events.rs"]
pub(crate) mod countries_events;
#[path = "../../examples/countries_json.rs"]
pub(crate) mod countries_json;
#[path = "../../examples/custom_event_handlers.rs"]
pub(crate) mod custom_event_handlers;
#[path = "../../examples/custom_events.rs"]
pub(crate) mod custom_events;
#[path = "../../examples/filter_by_name.rs"]
pub(crate) mod filter_by_name;
#[path = "../../examples/filter_by_tag.rs"]
pub(crate) mod filter_by_tag;
#[path = "../../examples/filter_by_type.rs"]
pub(crate) mod filter_by_type;
#[path = "../../examples/generator.rs"]
pub(crate) mod generator;
#[path = "../../examples/parrot_joke.rs"]
pub(crate) mod parrot_joke;
#[path = "../../examples/retrieval_chain.rs"]
pub(crate) mod retrieval_chain;
#[path = "../../examples/sky.rs"]
pub(crate) mod sky;
#[path = "../../examples/tool_with_inner_chain.rs"]
pub(crate) mod tool_with_inner_chain;
