//! Chunks that real exchanges were turned into, added up: the sum must be the recorded one.

use std::path::Path;

use thalweg_core::message::{AiMessageChunk, AiMessageFold, Message};
use thalweg_core::value::{Dynamic, List, Map};

/// What the sum has but the recording of it does not show.
const NOT_RECORDED: [&str; 2] = ["type", "tool_call_chunks"];

fn data_dir() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recordings")
}

fn recordings() -> Vec<(String, Dynamic)> {
    let mut found = Vec::new();
    for provider in
        std::fs::read_dir(data_dir()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir())
    {
        for file in std::fs::read_dir(provider.path()).unwrap().map(Result::unwrap) {
            if file.file_name().to_string_lossy().ends_with(".chunks.json") {
                let text = std::fs::read_to_string(file.path()).unwrap();
                found.push((file.path().display().to_string(), Dynamic::parse(&text).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The recorded form of a sum: all fields there, `null` or empty where they are absent here.
fn differences(sum: &AiMessageChunk, recorded: &Dynamic) -> Vec<String> {
    let ours = Dynamic::from_serialize(sum).unwrap();
    let mut out = Vec::new();
    for (key, theirs) in recorded.as_map().unwrap().iter() {
        let empty = |value: &Dynamic| {
            value.is_null()
                || value.as_map().is_some_and(Map::is_empty)
                || value.as_list().is_some_and(List::is_empty)
        };
        let ours = ours.get(key).cloned().unwrap_or_default();
        if !(ours == *theirs || (empty(&ours) && empty(theirs))) {
            out.push(format!("{key}: {ours} instead of {theirs}"));
        }
    }
    for key in ours.as_map().unwrap().keys() {
        if recorded.get(key).is_none() && !NOT_RECORDED.contains(&key.as_str()) {
            out.push(format!("{key} is not in the recording"));
        }
    }
    out
}

fn chunks(recording: &Dynamic) -> Vec<AiMessageChunk> {
    let list = recording.get("chunks").unwrap().as_list().unwrap();
    list.iter().map(|chunk| chunk.to().unwrap()).collect()
}

#[test]
fn sums_are_the_recorded_ones() {
    let mut failed = Vec::new();
    let (mut streams, mut pieces) = (0, 0);
    for (name, recording) in recordings() {
        let Some(recorded) = recording.get("sum") else { continue };
        let chunks = chunks(&recording);
        streams += 1;
        pieces += chunks.len();
        let mut fold = AiMessageFold::default();
        if let Some(error) = chunks.iter().find_map(|chunk| fold.try_merge(chunk).err()) {
            failed.push(format!("{name}: {error}"));
            continue;
        }
        let sum = fold.finish().unwrap_or_default();
        failed.extend(differences(&sum, recorded).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(
        failed.is_empty(),
        "{} of {streams} streams of {pieces} chunks:\n{}",
        failed.len(),
        failed.join("\n")
    );
    assert!(streams > 0);
    println!("{streams} streams, {pieces} chunks");
}

#[test]
fn messages_survive_being_written_and_read() {
    for (name, recording) in recordings() {
        for chunk in chunks(&recording) {
            let json = serde_json::to_string(&chunk).unwrap();
            assert_eq!(serde_json::from_str::<AiMessageChunk>(&json).unwrap(), chunk, "{name}: {json}");
            let message = Message::Ai(chunk.into_message());
            let json = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message, "{name}: {json}");
        }
    }
}
