//! Recorded answers, played again.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use thalweg_core::message::{AiMessageChunk, AiMessageFold};
use thalweg_core::model::{Chat, ReplayChat};
use thalweg_core::value::Dynamic;
use thalweg_core::{Error, ErrorKind};

use crate::support::timed;

/// All recordings of streams, by name.
fn recordings() -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recordings");
    let mut found = Vec::new();
    for provider in std::fs::read_dir(dir).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir())
    {
        for file in std::fs::read_dir(provider.path()).unwrap().map(Result::unwrap) {
            let name = file.path().display().to_string();
            if name.ends_with(".chunks.json") {
                found.push((name, std::fs::read_to_string(file.path()).unwrap()));
            }
        }
    }
    found
}

/// A chunk or sum without its id, which is that of its run.
fn without_id(mut chunk: AiMessageChunk) -> AiMessageChunk {
    chunk.id = chunk.id.filter(|id| !id.starts_with("lc_run--"));
    chunk
}

#[tokio::test]
async fn what_was_recorded_is_what_comes() {
    let mut played = 0;
    for (name, json) in recordings() {
        let recording = Dynamic::parse(&json).unwrap();
        let chunks: Vec<AiMessageChunk> = recording
            .get("chunks")
            .unwrap()
            .as_list()
            .unwrap()
            .iter()
            .map(|chunk| chunk.to().unwrap())
            .collect();
        let streamed = recording.get("mode").unwrap().as_str() == Some("stream");
        let chain = Chat::new(ReplayChat::from_json(&json).unwrap()).chain();
        let all: Vec<Result<AiMessageChunk, Error>> = chain.stream("hi").collect().await;
        if let Some(error) = recording.get("error") {
            let got = all.last().unwrap().as_ref().unwrap_err();
            assert_eq!(got.message(), error.get("message").unwrap().as_str().unwrap(), "{name}");
        }
        let got: Vec<_> = all.into_iter().filter_map(Result::ok).map(without_id).collect();
        let expected: Vec<_> = chunks.iter().cloned().map(without_id).collect();
        if streamed {
            assert_eq!(got, expected, "{name}");
        } else if let ([got], [expected]) = (&*got, &*expected) {
            assert_eq!(got.clone().into_message(), expected.clone().into_message(), "{name}");
        }
        if recording.get("error").is_none() {
            let mut fold = AiMessageFold::default();
            for chunk in &chunks {
                fold.try_merge(chunk).unwrap();
            }
            let mut expected = without_id(fold.finish().unwrap()).into_message();
            let mut whole = chain.invoke("hi").await.unwrap();
            assert!(whole.id.take().is_some());
            expected.id = None;
            assert_eq!(whole, expected, "{name}");
        }
        played += 1;
    }
    assert!(played > 0);
}

#[tokio::test(start_paused = true)]
async fn it_keeps_its_pace() {
    let json = r#"{"chunks": [{"content": "a", "delay_ms": 500}, {"content": "b"}, {"content": "c", "delay_ms": 1500}]}"#;
    let model = ReplayChat::from_json(json).unwrap().paced(Duration::from_secs(1));
    let chain = Chat::new(model.paced(Duration::from_secs(2))).chain();
    let start = tokio::time::Instant::now();
    let times: Vec<_> = chain.stream_with("hi", timed()).map(|_| start.elapsed().as_millis()).collect().await;
    assert_eq!(times, [500, 2500, 4000, 4000]);
}

#[test]
fn it_names_itself_as_recorded() {
    let json = r#"{"client": "ChatOpenAI", "chunks": [{"content": "a", "response_metadata":
        {"model_provider": "openai", "model_name": "gpt"}}]}"#;
    let chain = Chat::new(ReplayChat::from_json(json).unwrap()).chain();
    let events: Vec<_> =
        futures_util::FutureExt::now_or_never(chain.stream_events("hi").collect::<Vec<_>>()).unwrap();
    let run = &events[0].as_ref().unwrap().run;
    assert_eq!(run.name(), "ChatOpenAI");
    assert_eq!(run.metadata().get("ls_provider").and_then(Dynamic::as_str), Some("openai"));
    assert_eq!(run.metadata().get("ls_model_name").and_then(Dynamic::as_str), Some("gpt"));
}

#[test]
fn what_is_no_recording_is_refused() {
    for json in ["", "[]", r#"{"chunks": 1}"#, r#"{"chunks": [1]}"#] {
        let error = ReplayChat::from_json(json).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Parse | ErrorKind::Validation), "{json}: {error:?}");
    }
}
