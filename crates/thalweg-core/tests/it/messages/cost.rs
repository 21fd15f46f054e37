//! What chunks cost: no allocation for a short text, and sums in linear time and space.

use allocation_counter::measure;
use thalweg_core::message::{AiMessageChunk, AiMessageFold, Block, MessageChunk, ToolCallChunk};
use thalweg_core::value::{Dynamic, DynamicFold, Fold, Map};

#[test]
fn a_chunk_is_small() {
    assert!(size_of::<AiMessageChunk>() <= 64);
    assert!(size_of::<MessageChunk>() <= 72);
}

#[test]
fn a_chunk_with_a_short_text_allocates_nothing() {
    let info = measure(|| {
        let chunk = AiMessageChunk::new("a word of twenty bytes").with_id("run-short");
        let copy = chunk.clone();
        std::hint::black_box((&chunk, copy.text(), copy.tool_calls(), copy.response_metadata()));
    });
    assert_eq!(info.count_total, 0);
}

/// The bytes that a fold of so many of these chunks allocates.
fn bytes<C, F: Fold<C>>(count: usize, chunk: impl Fn(usize) -> C) -> u64 {
    let chunks: Vec<C> = (0..count).map(chunk).collect();
    let info = measure(|| {
        let mut fold = F::default();
        for chunk in &chunks {
            fold.push(chunk);
        }
        std::hint::black_box(fold.finish());
    });
    info.bytes_total
}

/// Ten times the chunks may allocate no more than about ten times the bytes.
fn assert_linear<C, F: Fold<C>>(chunk: impl Fn(usize) -> C + Copy) {
    let (few, many) = (bytes::<C, F>(2_000, chunk), bytes::<C, F>(20_000, chunk));
    assert!(many < few * 25, "{few} bytes for 2000 chunks, {many} for 20000");
}

#[test]
fn sums_of_texts_are_linear() {
    assert_linear::<_, AiMessageFold>(|_| AiMessageChunk::new("a few words "));
    assert_linear::<_, DynamicFold>(|_| Dynamic::from("a few words "));
}

#[test]
fn sums_of_tool_arguments_are_linear() {
    assert_linear::<_, AiMessageFold>(|i| {
        let args = if i == 0 { r#"{"text": ""# } else { "more words " };
        AiMessageChunk::default().with_tool_call_chunks([ToolCallChunk::args(args).with_index(0)])
    });
}

#[test]
fn sums_of_blocks_are_linear() {
    let block = |i: usize, index: usize| {
        let Block::Object(mut map) = Block::text(format!("piece {i}")) else { return Block::from("") };
        map.insert("index", index);
        Block::Object(map)
    };
    assert_linear::<_, AiMessageFold>(|i| AiMessageChunk::new([block(i, 0)]));
    assert_linear::<_, AiMessageFold>(|i| AiMessageChunk::new([block(i, i)]));
}

#[test]
fn sums_of_objects_are_linear() {
    let piece =
        |key: &'static str, text: &str| [(key, Dynamic::from(text))].into_iter().collect::<Map>().additive();
    assert_linear::<_, DynamicFold>(|_| {
        let inner = Dynamic::from(piece("text", "a few words "));
        Dynamic::from([("branch", inner)].into_iter().collect::<Map>().additive())
    });
    assert_linear::<_, AiMessageFold>(|_| {
        AiMessageChunk::default().with_additional_kwargs(piece("reasoning_content", "a few words "))
    });
}
