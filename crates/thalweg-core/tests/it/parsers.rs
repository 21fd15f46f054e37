//! Parsers over streams of answers, against what langchain-core gives.

use futures_util::StreamExt;
use thalweg_core::message::{AiMessage, AiMessageChunk, Block};
use thalweg_core::parser::{JsonOutputParser, ParserInput, StrOutputParser};
use thalweg_core::value::{Dynamic, Value};
use thalweg_core::{Chain, ChunkStream, Config, Context, Error, ErrorKind, IntoContext, Runnable};

/// The default and compat mode.
pub(crate) fn default_mode() -> Context {
    Context::root()
}

pub(crate) fn compat() -> Context {
    Config::new().compat(true).into_context()
}

/// What a parser streams for these chunks, as JSON texts, and its error.
pub(crate) async fn streamed<I: Value, O: Value>(
    parser: impl Runnable<I, Out = O>,
    chunks: impl IntoIterator<Item = I::Chunk>,
    context: Context,
) -> (Vec<String>, Option<Error>) {
    let chunks: Vec<_> = chunks.into_iter().collect();
    let mut stream = Chain::new(parser).transform_with(ChunkStream::<I>::from_chunks(chunks), context);
    let (mut out, mut error) = (Vec::new(), None);
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => out.push(O::chunk_to_dynamic(&chunk).to_string()),
            Err(failed) => error = Some(failed),
        }
    }
    (out, error)
}

pub(crate) fn texts(pieces: &[&str]) -> Vec<String> {
    pieces.iter().map(|piece| (*piece).to_owned()).collect()
}

/// Pieces of an answer.
pub(crate) fn answer(pieces: &[&str]) -> Vec<AiMessageChunk> {
    pieces.iter().map(|piece| AiMessageChunk::new(*piece)).collect()
}

async fn json<I: ParserInput>(chunks: Vec<I::Chunk>, context: Context) -> (Vec<String>, Option<ErrorKind>) {
    let (out, error) = streamed::<I, _>(JsonOutputParser::new(), chunks, context).await;
    (out, error.map(|error| error.kind()))
}

#[tokio::test]
async fn text_of_messages_blocks_and_texts() {
    for context in [default_mode(), compat()] {
        let chunks = vec![
            AiMessageChunk::new("a"),
            AiMessageChunk::new(""),
            AiMessageChunk::new([Block::text("b"), Block::reasoning("no"), Block::from("c")]),
        ];
        let (out, _) = streamed::<AiMessage, _>(StrOutputParser, chunks, context.clone()).await;
        assert_eq!(out, [r#""a""#, r#""""#, r#""bc""#]);
        let dynamic = vec![Dynamic::from("x"), AiMessageChunk::new("y").into(), AiMessage::new("z").into()];
        let (out, _) = streamed::<Dynamic, _>(StrOutputParser, dynamic, context).await;
        assert_eq!(out, [r#""x""#, r#""y""#, r#""z""#]);
    }
}

#[tokio::test]
async fn what_is_neither_text_nor_message_fails_inside_the_run() {
    let (_, error) = streamed::<Dynamic, _>(StrOutputParser, [Dynamic::Int(3)], default_mode()).await;
    let error = error.expect("an error");
    assert_eq!((error.kind(), error.run_name()), (ErrorKind::InputType, Some("StrOutputParser")));
    let error = Chain::<Dynamic, _>::new(JsonOutputParser::new()).invoke(3).await.unwrap_err();
    assert_eq!((error.kind(), error.run_name()), (ErrorKind::InputType, Some("JsonOutputParser")));
}

#[tokio::test]
async fn json_shows_every_change() {
    let pieces = ["{", "\"a\": 1", "2, \"b\"", ": \"x", "", "y\"", ", \"c\": nu", "ll}"];
    let expected = [
        "{}",
        r#"{"a":1}"#,
        r#"{"a":12}"#,
        r#"{"a":12,"b":"x"}"#,
        r#"{"a":12,"b":"xy"}"#,
        r#"{"a":12,"b":"xy","c":null}"#,
    ];
    for context in [default_mode(), compat()] {
        assert_eq!(json::<String>(texts(&pieces), context.clone()).await.0, expected);
        assert_eq!(json::<AiMessage>(answer(&pieces), context).await.0, expected);
    }
}

#[tokio::test]
async fn equal_numbers_are_shown_again_where_they_differ() {
    let pieces = ["[1", ".0", "]"];
    assert_eq!(json::<String>(texts(&pieces), default_mode()).await.0, ["[1]", "[1.0]"]);
    assert_eq!(json::<String>(texts(&pieces), compat()).await.0, ["[1]"]);
}

#[tokio::test]
async fn an_answer_without_json_fails_at_its_end() {
    let pieces = ["no ", "JSON"];
    assert_eq!(json::<String>(texts(&pieces), default_mode()).await, (vec![], Some(ErrorKind::Parse)));
    assert_eq!(json::<String>(texts(&pieces), compat()).await, (vec![], None));
    assert_eq!(json::<String>(texts(&["null"]), default_mode()).await, (vec!["null".into()], None));
    assert_eq!(json::<String>(texts(&["null"]), compat()).await, (vec![], None));
}

#[tokio::test]
async fn json_across_blocks_is_read_in_their_order() {
    let block = |index: i64, text: &str| {
        let mut block = Block::text(text);
        if let Block::Object(map) = &mut block {
            map.insert("index", index);
        }
        AiMessageChunk::new([block])
    };
    let chunks = vec![block(0, "{\"a\":"), block(1, "3}"), block(0, " 1, \"b\": ")];
    for context in [default_mode(), compat()] {
        let (out, error) = json::<AiMessage>(chunks.clone(), context).await;
        assert_eq!((out.last().map(String::as_str), error), (Some(r#"{"a":1,"b":3}"#), None));
    }
}

#[tokio::test]
async fn pieces_that_contradict_each_other_fail_in_compat_mode() {
    let chunks = [("id", Dynamic::from(true)), ("id", Dynamic::from("x"))].map(|(key, value)| {
        AiMessageChunk::new("1").with_response_metadata([(key, value)].into_iter().collect())
    });
    assert_eq!(json::<AiMessage>(chunks.to_vec(), compat()).await.1, Some(ErrorKind::Merge));
    assert_eq!(
        json::<AiMessage>(chunks.to_vec(), default_mode()).await,
        (vec!["1".into(), "11".into()], None)
    );
}
