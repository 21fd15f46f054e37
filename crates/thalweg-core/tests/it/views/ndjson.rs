//! Events as lines of JSON.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt, StreamExt};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use thalweg_core::callback::NdjsonHandler;
use thalweg_core::event::{Event, write_ndjson};
use thalweg_core::value::Value as Flows;
use thalweg_core::{Chain, Config, ErrorKind, Runnable};

use crate::support::Letters;

fn events<I: Flows, O: Flows>(chain: &Chain<I, O>, input: impl Into<I>) -> Vec<Event> {
    let items = chain.stream_events(input).collect::<Vec<_>>().now_or_never().unwrap();
    items.into_iter().filter_map(Result::ok).collect()
}

/// A line as JSON, without what differs from call to call.
fn parse(line: &str) -> Value {
    let mut event: Value = serde_json::from_str(line).unwrap();
    let time = event["time"].take();
    let time = time.as_str().unwrap();
    assert!(time.starts_with("20") && time.ends_with('Z') && time.len() == 27, "{time}");
    event["run_id"] = Value::Null;
    event["parent_ids"] = event["parent_ids"].as_array().unwrap().len().into();
    event
}

#[test]
fn every_event_has_its_line() {
    let chain = Letters::failing_after([1]).into_chain().named("letters") | |text: String| text.len();
    let mut lines = Vec::new();
    for event in events(&chain, "ab") {
        write_ndjson(&mut lines, &event).unwrap();
    }
    let lines: Vec<_> = String::from_utf8(lines).unwrap().lines().map(parse).collect();
    let run = json!({
        "seq": 1, "time": null, "event": "start", "kind": "chain", "name": "letters", "run_id": null,
        "parent_ids": 1, "tags": ["seq:step:1"], "metadata": {}, "data": {},
    });
    assert_eq!(lines[1], run);
    let failed = lines.iter().find(|line| line["event"] == "error").unwrap();
    let error =
        json!({"kind": "application", "message": "failed after 1", "run": ["RunnableSequence", "letters"]});
    assert_eq!(failed["data"]["error"], error);
    assert!(lines.iter().any(|line| line["event"] == "stream" && line["data"] == json!({"chunk": "a"})));
}

#[derive(Clone, Debug)]
struct Secret;

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it is secret"))
    }
}

thalweg_core::whole_value!(Secret);

#[test]
fn data_that_does_not_serialize_is_an_error_that_names_the_run() {
    let chain = Chain::new(|_: String| Secret).named("hide") | |_: Secret| 1;
    let mut lines = Vec::new();
    let errors: Vec<_> =
        events(&chain, "x").iter().filter_map(|event| write_ndjson(&mut lines, event).err()).collect();
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Serialize));
    assert_eq!(errors[0].run_path(), ["RunnableSequence", "hide"]);
    assert!(format!("{:?}", errors[0]).contains("it is secret"));
    assert!(
        String::from_utf8(lines).unwrap().lines().all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
}

#[derive(Clone, Default)]
pub(super) struct Shared(pub(super) Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_handler_writes_the_same_lines() {
    let written = Shared::default();
    let chain = Chain::new(|_: String| Secret).named("hide");
    let config = Config::new().handler(NdjsonHandler::new(written.clone()));
    chain.invoke_blocking_with("x", config).unwrap();
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = text.lines().map(parse).collect();
    assert_eq!(lines[0]["data"], json!({"input": "x"}));
    assert!(lines[1]["data"]["unserializable"].as_str().unwrap().contains("it is secret"));
}
