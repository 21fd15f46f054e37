//! The chains of `docs/events.md`, and their events with ids and times replaced.

use futures_util::{FutureExt, StreamExt};
use thalweg::model::{ScriptedChat, ScriptedLlm};
use thalweg::prelude::*;
use thalweg::retriever::MemoryRetriever;
use thalweg::schema::Type;
use thalweg::tool::One;
use thalweg::view::{RunLogPatch, V2Event};

/// What stands for every time.
const TIME: &str = "2026-01-01T00:00:00.000000Z";

/// A prompt, a chat model and a parser.
pub(crate) fn question() -> Chain<Dynamic, String> {
    let prompt = ChatPromptTemplate::from_template("Where does the {river} end?").unwrap();
    prompt | Chat::new(ScriptedChat::new(["In the ", "sea."])) | StrOutputParser
}

pub(crate) fn llm() -> Chain<String, String> {
    Chain::new(|river: String| format!("The {river}:")) | Llm::new(ScriptedLlm::new(["it ", "flows"]))
}

pub(crate) fn tool() -> Chain<Dynamic, Dynamic> {
    Tool::builder("length", "How long a river is.")
        .arg("river", Type::Str)
        .function(|One(river): One<String>| -> Result<i64> {
            dispatch_custom_event("looking", vars! { "at": river.clone() })?;
            match river.as_str() {
                "Rhine" => Ok(1233),
                _ => Err(Error::new(ErrorKind::Tool, "no such river")),
            }
        })
        .chain()
}

pub(crate) fn retrieval() -> Chain<String, Vec<Document>> {
    Retrieval::new(MemoryRetriever::new([Document::new("The Rhine is long.")])).chain()
}

/// A function that works from the second time on.
pub(crate) fn flaky() -> Chain<String, String> {
    let calls = std::sync::atomic::AtomicU32::new(0);
    let flaky = move |text: String| match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => Err(Error::new(ErrorKind::Application, "not yet")),
        _ => Ok(text),
    };
    Chain::new(flaky).named("flaky").retry(RetryPolicy::new().no_wait())
}

/// All events of a call.
pub(crate) fn events<I: Value, O: Value>(chain: &Chain<I, O>, input: impl Into<I>) -> Vec<Event> {
    let events = chain.stream_events(input).filter_map(async |event| event.ok());
    events.collect().now_or_never().unwrap()
}

/// The events of a call that is cancelled when it has given this many.
pub(crate) fn cancelled_after(count: usize) -> Vec<Event> {
    let mut stream = question().stream_events(vars! { "river": "Rhine" });
    let read = async {
        let mut events: Vec<_> = stream.by_ref().take(count).map(Result::unwrap).collect().await;
        stream.cancel();
        events.extend(stream.map(Result::unwrap).collect::<Vec<_>>().await);
        events
    };
    read.now_or_never().unwrap()
}

/// All events of a call in the v2 vocabulary.
pub(crate) fn v2<I: Value, O: Value>(chain: &Chain<I, O>, input: impl Into<I>, compat: bool) -> Vec<V2Event> {
    let events = chain.stream_events_v2_with(input, Config::new().compat(compat), EventFilter::new());
    events.filter_map(async |event| event.ok()).collect().now_or_never().unwrap()
}

/// The run log of a call, patch by patch.
pub(crate) fn log<O: Value>(chain: &Chain<Dynamic, O>, input: impl Into<Dynamic>) -> Vec<String> {
    let patches = chain.stream_log(input).map(Result::unwrap);
    let patches: Vec<RunLogPatch> = patches.collect().now_or_never().unwrap();
    patches.iter().map(|patch| without_times(&serde_json::to_string(patch).unwrap())).collect()
}

/// Replaces ids and the times of a run log, which are texts of a fixed form each.
fn without_times(json: &str) -> String {
    let mut texts: Vec<String> = json.split('"').map(str::to_owned).collect();
    for text in &mut texts {
        let bytes = text.as_bytes();
        if bytes.len() == 36 && bytes[8] == b'-' && bytes[13] == b'-' {
            "r".clone_into(text);
        } else if bytes.len() > 19 && bytes[4] == b'-' && bytes[10] == b'T' && bytes[13] == b':' {
            TIME.clone_into(text);
        }
    }
    texts.join("\"")
}

/// The events as JSON, with `r0`, `r1`, … for ids.
pub(crate) fn written(events: &[Event]) -> Vec<String> {
    let ids = ids(events.iter().map(|event| event.run.id()));
    let timeless = |event: &Event| {
        let json = serde_json::to_string(event).unwrap();
        let (before, rest) = json.split_once("\"time\":").unwrap();
        format!("{before}\"time\":\"{TIME}\"{}", &rest[rest.find(',').unwrap()..])
    };
    events.iter().map(timeless).map(|json| redacted(json, &ids)).collect()
}

/// As [`written`], for events of the v2 vocabulary.
pub(crate) fn written_v2(events: &[V2Event]) -> Vec<String> {
    let ids = ids(events.iter().map(|event| event.run_id));
    events.iter().map(|event| redacted(serde_json::to_string(event).unwrap(), &ids)).collect()
}

fn ids(all: impl Iterator<Item = thalweg::RunId>) -> Vec<String> {
    let mut ids = Vec::new();
    for id in all.map(|id| id.to_string()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn redacted(json: String, ids: &[String]) -> String {
    ids.iter().enumerate().fold(json, |json, (number, id)| json.replace(id, &format!("r{number}")))
}
