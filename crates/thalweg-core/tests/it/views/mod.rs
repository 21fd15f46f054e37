//! The views of a call: its run log, its events as lines of JSON, what its models say, a model's answer in blocks.

mod log;
mod messages;
mod ndjson;
mod protocol;
