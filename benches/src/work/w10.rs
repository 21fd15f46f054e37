//! W10: message chunks added up one after another.

use std::hint::black_box;

use thalweg_core::message::{AiMessageChunk, AiMessageFold, ToolCallChunk};

use super::{Group, Program, Repetition, texts};

pub(super) fn groups() -> [Group; 2] {
    let text = Group {
        name: "w10",
        about: "n text chunks added up",
        unit: "addition",
        size: 10_000,
        base: 1,
        programs: vec![
            Program { name: "thalweg", prepare: text },
            Program { name: "floor-push", prepare: push },
        ],
    };
    let tools = Group {
        name: "w10-tools",
        about: "n pieces of a tool call's arguments added up",
        unit: "addition",
        size: 1_000,
        base: 1,
        programs: vec![
            Program { name: "thalweg", prepare: arguments },
            Program { name: "floor-push", prepare: push_arguments },
        ],
    };
    [text, tools]
}

fn text(n: usize) -> Repetition {
    fold(texts(n).iter().map(|text| AiMessageChunk::new(text.as_str())).collect())
}

fn arguments(n: usize) -> Repetition {
    let pieces = pieces(n).into_iter().map(|piece| {
        AiMessageChunk::default().with_tool_call_chunks([ToolCallChunk::args(piece).with_index(0)])
    });
    fold(pieces.collect())
}

fn fold(chunks: Vec<AiMessageChunk>) -> Repetition {
    Box::new(move || {
        let mut fold = AiMessageFold::default();
        for chunk in &chunks {
            fold.push(chunk);
        }
        black_box(fold.finish());
        chunks.len() as u64
    })
}

fn push(n: usize) -> Repetition {
    push_all(texts(n).to_vec())
}

fn push_arguments(n: usize) -> Repetition {
    push_all(pieces(n))
}

fn push_all(pieces: Vec<String>) -> Repetition {
    Box::new(move || {
        let mut sum = String::new();
        for piece in &pieces {
            sum.push_str(black_box(piece));
        }
        black_box(sum);
        pieces.len() as u64
    })
}

/// One JSON text of about 30 bytes per piece.
fn pieces(n: usize) -> Vec<String> {
    let piece = |i| match i {
        0 => "{\"items\": [\"twenty-one bytes here\"".to_owned(),
        i if i + 1 == n => "]}".to_owned(),
        i => format!(", \"item {i:06} of some list\""),
    };
    (0..n).map(piece).collect()
}
