//! A chat model's answer in the content-block protocol. What langchain-core gives is checked by the recorded scenarios;
//! here, how the run fares and what the default mode tells apart.

use std::task::{Context as Poller, Poll, Waker};

use futures_util::{FutureExt, StreamExt};
use serde_json::{Value, json};
use thalweg_core::Config;
use thalweg_core::callback::NdjsonHandler;
use thalweg_core::message::{AiMessageChunk, Block, ToolCallChunk};
use thalweg_core::model::{CallOptions, Chat, ProtocolEvent};

use super::messages::{Then, says};
use super::ndjson::Shared;

fn events(model: &Chat, config: Config) -> Vec<Value> {
    let events: Vec<_> = model.stream_protocol_with("go", config).collect().now_or_never().unwrap();
    events.into_iter().map(|event| serde_json::to_value(event.unwrap()).unwrap()).collect()
}

fn finished(events: &[Value]) -> Vec<Value> {
    events
        .iter()
        .filter(|event| event["event"] == "content-block-finish")
        .map(|event| event["content"].clone())
        .collect()
}

#[test]
fn text_and_pieces_of_calls_in_one_piece_are_told_apart() {
    let piece = |args: &str| ToolCallChunk::args(args).with_index(0);
    let model = || {
        Chat::new(says([
            AiMessageChunk::new(vec![Block::from(
                [("type", "text".into()), ("text", "So".into()), ("index", 0.into())]
                    .into_iter()
                    .collect::<thalweg_core::value::Map>(),
            )])
            .with_tool_call_chunks([ToolCallChunk::new("add", r#"{"a":"#).with_id("c1").with_index(0)]),
            AiMessageChunk::default().with_tool_call_chunks([piece(" 1}")]),
        ]))
    };
    let expected = [
        json!({"type": "text", "text": "So", "index": 0}),
        json!({"type": "tool_call", "id": "c1", "name": "add", "args": {"a": 1}}),
    ];
    assert_eq!(finished(&events(&model(), Config::new())), expected);
    // There the first piece counts as the whole call.
    assert_ne!(finished(&events(&model(), Config::new().compat(true))), expected);
}

#[test]
fn the_run_starts_and_ends_once_wherever_the_reader_stops() {
    let words = |run: &Shared| {
        let text = String::from_utf8(run.0.lock().unwrap().clone()).unwrap();
        let word =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().to_owned();
        text.lines().map(word).collect::<Vec<_>>()
    };
    for (then, end) in [(Then::End, "end"), (Then::Fail, "error"), (Then::Wait, "cancelled")] {
        for polls in 0..10 {
            let written = Shared::default();
            let config = Config::new().handler(NdjsonHandler::new(written.clone()));
            let model = says(["a", "b"].map(AiMessageChunk::new)).then(then);
            let mut stream = Chat::new(model).stream_protocol_with("go", config);
            let mut poller = Poller::from_waker(Waker::noop());
            let over = (0..polls).any(|_| matches!(stream.poll_next_unpin(&mut poller), Poll::Ready(None)));
            assert_eq!(stream.message().is_some(), over && end == "end");
            drop(stream);
            let words = words(&written);
            match polls {
                0 => assert!(words.is_empty()),
                1 => assert_eq!(words, ["start", "cancelled"]),
                9 => assert_eq!(words, ["start", end]),
                _ => assert_eq!(words.len(), 2),
            }
        }
    }
}

#[test]
fn a_model_that_shall_not_stream_gives_one_piece_and_in_compat_mode_streams() {
    let deltas = |compat: bool| {
        let model = Chat::new(says(["a", "b"].map(AiMessageChunk::new))).disable_streaming();
        let events = events(&model, Config::new().compat(compat));
        events.iter().filter(|event| event["event"] == "content-block-delta").count()
    };
    assert_eq!((deltas(false), deltas(true)), (1, 2));
}

#[test]
fn arguments_that_are_no_object() {
    let run = |compat: bool| {
        let call = ToolCallChunk::new("add", "[1]").with_id("c1").with_index(0);
        let model = Chat::new(says([AiMessageChunk::default().with_tool_call_chunks([call])]));
        let stream = model.stream_protocol_with("go", Config::new().compat(compat));
        let events: Vec<_> = stream.collect().now_or_never().unwrap();
        let shown = |event: &thalweg_core::Result<ProtocolEvent>| match event {
            Ok(event) => serde_json::to_value(event).unwrap()["content"]["type"].clone(),
            Err(error) => json!(error.kind().as_str()),
        };
        events.iter().map(shown).filter(|shown| !shown.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(run(false), ["tool_call_chunk", "invalid_tool_call"]);
    assert_eq!(run(true), ["tool_call_chunk", "tool_call", "validation"]);
}

#[test]
fn what_the_model_is_asked_comes_to_it() {
    let written = Shared::default();
    let config = Config::new().handler(NdjsonHandler::new(written.clone()));
    let model = Chat::new(says([AiMessageChunk::new("a")]));
    let options = CallOptions::new().stop(["b"]);
    let events: Vec<_> = model.stream_protocol_asked("go", options, config).collect().now_or_never().unwrap();
    assert!(events.iter().all(Result::is_ok));
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains(r#""ls_stop":["b"]"#), "{text}");
}
