//! The examples of the `thalweg` crate, as the programs have them: what a tour shows can be copied from there.

#![allow(dead_code, reason = "what the programs print themselves is shown by views here")]
#![allow(
    clippy::needless_pass_by_value,
    clippy::redundant_closure_for_method_calls,
    reason = "a step takes its input by value, and the rest is for the examples' own crate to judge"
)]

#[path = "../../../thalweg/examples/async_handler.rs"]
pub(super) mod async_handler;
#[path = "../../../thalweg/examples/countries_events.rs"]
pub(super) mod countries_events;
#[path = "../../../thalweg/examples/countries_json.rs"]
pub(super) mod countries_json;
#[path = "../../../thalweg/examples/custom_events.rs"]
pub(super) mod custom_events;
#[path = "../../../thalweg/examples/filter_by_name.rs"]
pub(super) mod filter_by_name;
#[path = "../../../thalweg/examples/filter_by_tag.rs"]
pub(super) mod filter_by_tag;
#[path = "../../../thalweg/examples/filter_by_type.rs"]
pub(super) mod filter_by_type;
#[path = "../../../thalweg/examples/generator.rs"]
pub(super) mod generator;
#[path = "../../../thalweg/examples/retrieval_chain.rs"]
pub(super) mod retrieval_chain;
#[path = "../../../thalweg/examples/tool_with_inner_chain.rs"]
pub(super) mod tool_with_inner_chain;
