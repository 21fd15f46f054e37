//! Parsers of tool calls and of objects, against what langchain-core gives.

use thalweg_core::message::{AiMessage, AiMessageChunk, ToolCall, ToolCallChunk};
use thalweg_core::parser::{JsonOutputKeyToolsParser, JsonOutputToolsParser, SchemaOutputParser};
use thalweg_core::schema::{Field, Schema, Type};
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, ErrorKind, Runnable, vars};

use crate::parsers::{answer, compat, default_mode, streamed, texts};

fn chunk(pieces: impl IntoIterator<Item = ToolCallChunk>) -> AiMessageChunk {
    AiMessageChunk::default().with_tool_call_chunks(pieces)
}

fn more(args: &str, index: i64) -> ToolCallChunk {
    ToolCallChunk::args(args).with_index(index)
}

fn start(name: &str, args: &str, id: &str, index: i64) -> ToolCallChunk {
    ToolCallChunk::new(name, args).with_id(id).with_index(index)
}

async fn check(
    parser: impl Runnable<AiMessage, Out = Dynamic> + Clone,
    chunks: &[AiMessageChunk],
    expected: &[&str],
) {
    for context in [compat(), default_mode()] {
        let (out, error) = streamed::<AiMessage, _>(parser.clone(), chunks.to_vec(), context).await;
        assert_eq!(out, expected);
        assert!(error.is_none(), "{error:?}");
    }
}

#[tokio::test]
async fn calls_grow() {
    let chunks = [
        chunk([start("add", "{\"a\": 1", "c1", 0)]),
        chunk([start("mul", "{\"x\":", "c2", 1)]),
        chunk([more("}", 0), more(" [1, 2", 1)]),
        chunk([more("]}", 1)]),
    ];
    let expected = [
        r#"[{"args":{"a":1},"type":"add"}]"#,
        r#"[{"args":{"a":1},"type":"add"},{"args":{},"type":"mul"}]"#,
        r#"[{"args":{"a":1},"type":"add"},{"args":{"x":[1,2]},"type":"mul"}]"#,
    ];
    check(JsonOutputToolsParser::new(), &chunks, &expected).await;
    let first = JsonOutputToolsParser::new().first_tool_only().return_id();
    check(first, &chunks, &[r#"{"args":{"a":1},"id":"c1","type":"add"}"#]).await;
    let key = JsonOutputKeyToolsParser::new("mul").first_tool_only();
    check(key, &chunks, &["{}", r#"{"x":[1,2]}"#]).await;
    check(JsonOutputKeyToolsParser::new("b").return_id(), &chunks, &["[]"]).await;
}

#[tokio::test]
async fn broken_arguments_and_calls_without_index() {
    let chunks = [
        AiMessageChunk::new("x"),
        chunk([start("add", "", "c1", 0)]),
        chunk([more("nope", 0)]),
        chunk([ToolCallChunk::new("b", "{}")]),
        chunk([ToolCallChunk::new("b", "{\"z\":1}")]),
    ];
    let expected = [
        "[]",
        r#"[{"args":{},"type":"add"}]"#,
        "[]",
        r#"[{"args":{},"type":"b"}]"#,
        r#"[{"args":{},"type":"b"},{"args":{"z":1},"type":"b"}]"#,
    ];
    check(JsonOutputToolsParser::new(), &chunks, &expected).await;
    let twice = [
        chunk([start("a", "{}", "1", 0), start("b", "{\"q\":", "2", 0)]),
        chunk([ToolCallChunk::args("1}").with_id("2").with_index(0)]),
    ];
    let expected = [
        r#"[{"args":{},"type":"a"},{"args":{},"type":"b"}]"#,
        r#"[{"args":{},"type":"a"},{"args":{"q":1},"type":"b"}]"#,
    ];
    check(JsonOutputToolsParser::new(), &twice, &expected).await;
}

#[tokio::test]
async fn texts_have_no_calls_and_whole_messages_do() {
    let (_, error) = streamed::<String, _>(JsonOutputToolsParser::new(), texts(&["x"]), compat()).await;
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Parse));
    let whole = AiMessage::new("").with_tool_calls([ToolCall::new("a", vars! {}).with_id("i")]);
    let chunks = [AiMessageChunk::from(whole.clone())];
    let parser = JsonOutputToolsParser::new();
    assert_eq!(streamed::<AiMessage, _>(parser.clone(), chunks.clone(), compat()).await.0, ["[]"]);
    let expected = r#"[{"args":{},"type":"a"}]"#;
    assert_eq!(streamed::<AiMessage, _>(parser.clone(), chunks, default_mode()).await.0, [expected]);
    for context in [compat(), default_mode()] {
        let chain = Chain::<AiMessage, _>::new(parser.clone());
        assert_eq!(chain.invoke_with(whole.clone(), context).await.unwrap().to_string(), expected);
    }
}

fn schema() -> Schema {
    Schema::new("A")
        .field(Field::new("n", Type::Int))
        .field(Field::new("s", Type::optional(Type::Str)).default(()))
        .field(Field::new("f", Type::Float).default(1.5))
        .field(Field::new("l", Type::list(Type::Int)).default(Vec::<i64>::new()))
}

#[tokio::test]
async fn objects_are_shown_while_they_fit() {
    let pieces = ["{\"n\": \"1", "2\", \"l\": [1", ", \"2\"", "], \"f\": \"1e", "3\", \"s\": \"x\"", "}"];
    let expected = [
        r#"{"n":1,"s":null,"f":1.5,"l":[]}"#,
        r#"{"n":12,"s":null,"f":1.5,"l":[1]}"#,
        r#"{"n":12,"s":null,"f":1.5,"l":[1,2]}"#,
        r#"{"n":12,"s":"x","f":1000.0,"l":[1,2]}"#,
    ];
    for context in [compat(), default_mode()] {
        let parser = SchemaOutputParser::dynamic(schema());
        assert_eq!(streamed::<AiMessage, _>(parser, answer(&pieces), context).await.0, expected);
    }
}

#[tokio::test]
async fn an_object_that_does_not_fit_fails_at_its_end() {
    let parser = SchemaOutputParser::dynamic(schema());
    for text in [r#"{"n": "x"}"#, r#"{"s": "x"}"#, "null", "prose"] {
        let chain = Chain::<String, _>::new(parser.clone());
        let error = chain.invoke(text).await.unwrap_err();
        assert_eq!((error.kind(), error.run_name()), (ErrorKind::Parse, Some("PydanticOutputParser")));
        let (out, error) = streamed::<String, _>(parser.clone(), texts(&[text]), default_mode()).await;
        assert_eq!((out.len(), error.map(|error| error.kind())), (0, Some(ErrorKind::Parse)));
        let (out, error) = streamed::<String, _>(parser.clone(), texts(&[text]), compat()).await;
        assert!(out.is_empty() && error.is_none());
    }
}

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct River {
    name: String,
    #[serde(default)]
    km: u32,
}
thalweg_core::whole_value!(River);

#[tokio::test]
async fn a_type_of_your_own_is_shown_while_it_fits() {
    let pieces = texts(&["{\"na", "me\": \"Rh", "ine\", \"km\":", " 1233}"]);
    let (out, error) =
        streamed::<String, _>(SchemaOutputParser::<River>::new(), pieces, default_mode()).await;
    let expected = [r#"{"name":"Rh","km":0}"#, r#"{"name":"Rhine","km":0}"#, r#"{"name":"Rhine","km":1233}"#];
    assert_eq!(
        (out.iter().map(String::as_str).collect::<Vec<_>>(), error.is_none()),
        (expected.to_vec(), true)
    );
}
