//! List parsers as steps.

use thalweg_core::Chain;
use thalweg_core::message::{AiMessage, AiMessageChunk, Block};
use thalweg_core::parser::ListOutputParser;

use crate::parsers::{answer, compat, default_mode, streamed, texts};

const TEXTS: [&str; 9] = [
    "",
    "a",
    "a,",
    "red, \"green, blue\", x\ny",
    "\"a\"\"b\", c",
    "a\rb, c\r\nd",
    "Say:\n1. Rhine\n2. A-are\n",
    "- x\n * y\n-z",
    "π, \"ü",
];

#[tokio::test]
async fn items_come_when_they_are_finished() {
    let pieces = ["re", "d, gr", "een", ", blue"];
    for context in [compat(), default_mode()] {
        let (out, _) = streamed::<AiMessage, _>(ListOutputParser::comma(), answer(&pieces), context).await;
        assert_eq!(out, [r#"["red"]"#, r#"["green"]"#, r#"["blue"]"#]);
    }
    let pieces = ["1. Rhi", "ne\n2", ". Aare", "\n3. Reuss\n4. "];
    for context in [compat(), default_mode()] {
        let (out, _) = streamed::<String, _>(ListOutputParser::numbered(), texts(&pieces), context).await;
        assert_eq!(out, [r#"["Rhine"]"#, r#"["Aare"]"#, r#"["Reuss"]"#]);
    }
}

#[tokio::test]
async fn no_items() {
    for (context, expected) in [(compat(), vec![]), (default_mode(), vec!["[]".to_owned()])] {
        let (out, _) = streamed::<String, _>(ListOutputParser::markdown(), texts(&["prose"]), context).await;
        assert_eq!(out, expected);
    }
}

#[tokio::test]
async fn blocks_are_passed_over_in_compat_mode() {
    let chunks =
        [AiMessageChunk::new("a, "), AiMessageChunk::new([Block::text("b, ")]), AiMessageChunk::new("c")];
    let out = |context| streamed::<AiMessage, _>(ListOutputParser::comma(), chunks.clone(), context);
    assert_eq!(out(compat()).await.0, [r#"["a"]"#, r#"["c"]"#]);
    assert_eq!(out(default_mode()).await.0, [r#"["a"]"#, r#"["b"]"#, r#"["c"]"#]);
}

#[tokio::test]
async fn however_the_text_is_cut() {
    for parser in [ListOutputParser::comma(), ListOutputParser::numbered(), ListOutputParser::markdown()] {
        for text in TEXTS {
            let whole = Chain::<String, _>::new(parser).invoke(text).await.unwrap();
            let characters: Vec<_> = text.chars().map(String::from).collect();
            for size in 1..=characters.len().max(1) {
                let pieces: Vec<_> = characters.chunks(size).map(<[String]>::concat).collect();
                let stream = thalweg_core::ChunkStream::<String>::from_chunks(pieces);
                let items = Chain::<String, _>::new(parser).transform(stream).fold().await.unwrap();
                assert_eq!(items, whole, "{text:?} in pieces of {size}");
            }
        }
    }
}
