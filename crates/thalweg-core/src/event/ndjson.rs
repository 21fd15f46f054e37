//! [`write_ndjson`]: events as lines of JSON.

use std::io;

use super::Event;
use super::json::WithoutData;
use crate::error::{Error, Result};

/// Writes an event as a line of JSON; see [`Event`] for the fields. [`NdjsonHandler`](crate::callback::NdjsonHandler)
/// does so for all events of a call.
///
/// ```
/// use futures_util::StreamExt;
/// use thalweg_core::Chain;
/// use thalweg_core::event::write_ndjson;
///
/// let chain = Chain::new(|text: String| text.len()).named("count");
/// let mut lines = Vec::new();
/// # futures_util::FutureExt::now_or_never(async {
/// let mut events = chain.stream_events("four");
/// while let Some(event) = events.next().await {
///     write_ndjson(&mut lines, &event?)?;
/// }
/// # Ok::<(), thalweg_core::Error>(())
/// # }).unwrap()?;
/// let lines = String::from_utf8_lossy(&lines);
/// assert!(lines.lines().next().unwrap().contains(r#""event":"start","kind":"chain","name":"count""#));
/// assert_eq!(lines.lines().count(), 3);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Serialize`](crate::ErrorKind::Serialize), with the path of the run, when the event's data cannot be
/// serialized; nothing has been written then. The writer's own errors as [`Application`](crate::ErrorKind::Application).
pub fn write_ndjson(mut writer: impl io::Write, event: &Event) -> Result<()> {
    writer.write_all(&line(event)?).map_err(Error::other)
}

/// The line of an event.
pub(crate) fn line(event: &Event) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    serde_json::to_writer(&mut line, event)
        .map_err(|error| Error::serialize(error).in_run(|| event.run.path()))?;
    line.push(b'\n');
    Ok(line)
}

/// The line of an event whose data cannot be serialized: with the reason in the data's place.
pub(crate) fn line_without_data(event: &Event, reason: &str) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    serde_json::to_writer(&mut line, &WithoutData { event, reason })
        .map_err(|error| Error::serialize(error).in_run(|| event.run.path()))?;
    line.push(b'\n');
    Ok(line)
}
