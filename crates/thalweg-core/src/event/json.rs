//! Events as JSON objects.

use serde::ser::{Serialize, SerializeMap, Serializer};
use web_time::SystemTime;

use super::{Event, EventKind};
use crate::error::Error;
use crate::timestamp::Timestamp;
use crate::value::{Dynamic, Text};

/// `{"seq", "time", "event", "kind", "name", "run_id", "parent_ids", "tags", "metadata", "data"}`.
///
/// The time is in the form of RFC 3339, in UTC to the microsecond. `event` is `start`, `stream`, `end`, `error`,
/// `cancelled`, `retry` or `custom`. `kind`, `name`, ids (the root's first among the parents'), tags and metadata are
/// the run's. `data` is an object of what the event has of `input`, `chunk`, `output`, `error`, `attempt`, or a custom
/// event's `name` and `data`.
///
/// Values serialize now, not when the event happened. One that cannot makes the serializer fail.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, &Data(&self.kind), serializer)
    }
}

/// An event whose data cannot be serialized, with the reason in its place.
pub(super) struct WithoutData<'a> {
    pub(super) event: &'a Event,
    pub(super) reason: &'a str,
}

impl Serialize for WithoutData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Reason<'a> {
            unserializable: &'a str,
        }
        serialize(self.event, &Reason { unserializable: self.reason }, serializer)
    }
}

fn serialize<S: Serializer>(event: &Event, data: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    let run = &event.run;
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("seq", &event.seq)?;
    map.serialize_entry("time", &Time(event.time))?;
    map.serialize_entry("event", word(&event.kind))?;
    map.serialize_entry("kind", &run.kind())?;
    map.serialize_entry("name", run.name())?;
    map.serialize_entry("run_id", &run.id())?;
    map.serialize_entry("parent_ids", &run.parent_ids())?;
    map.serialize_entry("tags", &run.tags())?;
    map.serialize_entry("metadata", &run.metadata())?;
    map.serialize_entry("data", data)?;
    map.end()
}

struct Time(SystemTime);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Timestamp(self.0))
    }
}

fn word(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Start { .. } => "start",
        EventKind::Stream { .. } => "stream",
        EventKind::End { .. } => "end",
        EventKind::Error { .. } => "error",
        EventKind::Cancelled => "cancelled",
        EventKind::Retry { .. } => "retry",
        EventKind::Custom { .. } => "custom",
    }
}

struct Data<'a>(&'a EventKind);

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Default, serde::Serialize)]
        struct Fields<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            name: Option<&'a Text>,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a Dynamic>,
            #[serde(skip_serializing_if = "Option::is_none")]
            input: Option<&'a Dynamic>,
            #[serde(skip_serializing_if = "Option::is_none")]
            chunk: Option<&'a Dynamic>,
            #[serde(skip_serializing_if = "Option::is_none")]
            output: Option<&'a Dynamic>,
            #[serde(skip_serializing_if = "Option::is_none")]
            attempt: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            error: Option<&'a Error>,
        }
        let none = Fields::default();
        let fields = match self.0 {
            EventKind::Start { input } => Fields { input: input.as_ref(), ..none },
            EventKind::Stream { chunk } => Fields { chunk: Some(chunk), ..none },
            EventKind::End { output, input } => {
                Fields { output: Some(output), input: input.as_ref(), ..none }
            }
            EventKind::Error { error, output, input } => {
                Fields { error: Some(error), output: output.as_ref(), input: input.as_ref(), ..none }
            }
            EventKind::Cancelled => none,
            EventKind::Retry { attempt, error } => {
                Fields { attempt: Some(*attempt), error: Some(error), ..none }
            }
            EventKind::Custom { name, data } => Fields { name: Some(name), data: Some(data), ..none },
        };
        fields.serialize(serializer)
    }
}
