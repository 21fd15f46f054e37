//! Sums of chunks.

use proptest::prelude::*;
use thalweg_core::message::{
    AiMessage, AiMessageChunk, AiMessageFold, MessageChunk, MessageFold, ToolCall, ToolCallChunk,
    UsageMetadata,
};
use thalweg_core::value::{Dynamic, Fold, Map};
use thalweg_core::{Error, ErrorKind};

use super::cases::{check, differences, field, is_error};

fn sum(chunks: &[MessageChunk]) -> Result<MessageChunk, Error> {
    let mut fold = MessageFold::default();
    chunks.iter().try_for_each(|chunk| fold.try_merge(chunk))?;
    Ok(fold.finish().unwrap())
}

fn compare_sum(case: &Dynamic) -> Vec<String> {
    let chunks: Vec<MessageChunk> = field(case, "chunks").to().unwrap();
    let recorded = field(case, "sum");
    match sum(&chunks) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Merge);
            if is_error(&recorded) { Vec::new() } else { vec![format!("{error} instead of {recorded}")] }
        }
        Ok(sum) if is_error(&recorded) => vec![format!("{sum:?} instead of an error")],
        Ok(sum) => {
            let mut out = differences(&Dynamic::from_serialize(&sum).unwrap(), &recorded);
            let message = Dynamic::from_serialize(&sum.into_message()).unwrap();
            out.extend(differences(&message, &field(case, "message")));
            out
        }
    }
}

#[test]
fn chunks_add_up_as_recorded() {
    check("sums", compare_sum);
}

#[test]
fn the_last_chunk_completes_calls_in_standard_blocks() {
    check("standard_streams", compare_sum);
}

#[test]
fn calls_in_a_providers_form_are_found() {
    check("provider_calls", |case| {
        let recorded = field(case, "message");
        let message: MessageChunk = field(case, "given").to().unwrap();
        // Where langchain-core refuses the arguments, they are an invalid call here.
        if is_error(&recorded) {
            return Vec::new();
        }
        differences(&Dynamic::from_serialize(&message).unwrap(), &recorded)
    });
}

#[test]
fn usages_add_up_as_recorded() {
    check("usages", |case| {
        let usage = |key| field(case, key).to::<UsageMetadata>().unwrap();
        let (a, b) = (usage("a"), usage("b"));
        let mut out = Vec::new();
        if a.add(&b) != usage("sum") {
            out.push(format!("sum {:?}", a.add(&b)));
        }
        if a.subtract(&b) != usage("difference") {
            out.push(format!("difference {:?}", a.subtract(&b)));
        }
        out
    });
}

#[test]
fn what_cannot_be_added_replaces() {
    let number = |n: i64| [("k", Dynamic::from(n))].into_iter().collect();
    let text = [("k", Dynamic::from("text"))].into_iter().collect();
    let mut fold = AiMessageFold::default();
    fold.push(&AiMessageChunk::new("a").with_response_metadata(number(1)));
    fold.push(&AiMessageChunk::new("b").with_response_metadata(text));
    let replaced = fold.finish().unwrap();
    assert_eq!(replaced.text(), "b");
    assert_eq!(replaced.response_metadata().get("k").and_then(Dynamic::as_str), Some("text"));
}

#[test]
fn a_message_that_came_whole_comes_out_as_it_went_in() {
    let calls = [ToolCall::new("add", Map::new())];
    let message = AiMessage::new("done").with_id("m").with_name("bot").with_tool_calls(calls);
    let mut fold = AiMessageFold::default();
    fold.push(&message.clone().into());
    assert_eq!(fold.finish().unwrap().into_message(), message);
}

#[test]
fn one_chunk_shows_the_calls_of_its_own_pieces() {
    let chunk = AiMessageChunk::default()
        .with_tool_call_chunks([ToolCallChunk::new("add", r#"{"a": [1, {"b"#), ToolCallChunk::args(": 1")]);
    assert_eq!(chunk.tool_calls().len(), 1);
    assert_eq!(Dynamic::from(chunk.tool_calls()[0].args.clone()).to_string(), r#"{"a":[1,{}]}"#);
    assert_eq!(chunk.invalid_tool_calls()[0].args.as_deref(), Some(": 1"));
}

/// Cuts a text at these places.
fn cut<'a>(text: &'a str, places: &[prop::sample::Index]) -> Vec<&'a str> {
    let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let mut places: Vec<usize> =
        places.iter().map(|place| *place.get(&ends)).chain([0, text.len()]).collect();
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn however_a_stream_is_cut_the_message_is_the_same(
        text in ".{0,40}",
        value in ".{0,20}",
        places in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let args: Map = [("key", Dynamic::from(value.as_str()))].into_iter().collect();
        let json = Dynamic::from(args.clone()).to_string();
        let mut fold = AiMessageFold::default();
        for part in cut(&text, &places) {
            fold.push(&AiMessageChunk::new(part));
        }
        fold.push(&AiMessageChunk::default().with_tool_call_chunks([ToolCallChunk::new("f", "").with_index(0)]));
        for part in cut(&json, &places) {
            fold.push(&AiMessageChunk::default().with_tool_call_chunks([ToolCallChunk::args(part).with_index(0)]));
        }
        let expected = AiMessage::new(text).with_tool_calls([ToolCall::new("f", args)]);
        prop_assert_eq!(fold.finish().unwrap().into_message(), expected);
    }
}
