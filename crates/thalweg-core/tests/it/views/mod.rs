//! The views of a call: its run log, its events as lines of JSON, what its models say.

mod log;
mod messages;
mod ndjson;
