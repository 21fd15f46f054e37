//! Any chunking of the same text gives the same final value, for every parser.

use futures_util::stream;
use proptest::prelude::*;
use thalweg_core::message::{AiMessage, AiMessageChunk, ToolCallChunk};
use thalweg_core::parser::{
    JsonOutputKeyToolsParser, JsonOutputParser, JsonOutputToolsParser, ListOutputParser, SchemaOutputParser,
    StrOutputParser, XmlOutputParser,
};
use thalweg_core::value::Value;
use thalweg_core::{Chain, ChunkStream, Result, Runnable, blocking_iter};

use super::cases;
use crate::parse::properties::{answer, lens};
use crate::targets::cut;

/// What the parsers make of an answer in these pieces: the parser, and its value or the kind of its error.
type Finals = Vec<(&'static str, Result<String, String>)>;

fn final_of<I: Value, O: Value>(parser: &Chain<I, O>, pieces: &[I::Chunk]) -> Result<String, String> {
    let stream = ChunkStream::<I>::from_chunks(pieces.to_vec());
    let folded = Box::pin(stream::once(parser.transform(stream).fold()));
    let value: Result<O> = blocking_iter(folded).next().expect("one value");
    value.map(|value| value.to_dynamic().to_string()).map_err(|error| format!("{:?}", error.kind()))
}

fn of_text(pieces: &[String]) -> Finals {
    fn chain<O: Value>(parser: impl Runnable<String, Out = O>) -> Chain<String, O> {
        Chain::new(parser)
    }
    vec![
        ("str", final_of(&chain(StrOutputParser), pieces)),
        ("json", final_of(&chain(JsonOutputParser::new()), pieces)),
        ("comma", final_of(&chain(ListOutputParser::comma()), pieces)),
        ("numbered", final_of(&chain(ListOutputParser::numbered()), pieces)),
        ("markdown", final_of(&chain(ListOutputParser::markdown()), pieces)),
        ("xml", final_of(&chain(XmlOutputParser::new()), pieces)),
        ("schema", final_of(&chain(SchemaOutputParser::<Point>::new()), pieces)),
    ]
}

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Point {
    a: f64,
    #[serde(default)]
    b: Option<String>,
}
thalweg_core::whole_value!(Point);

/// An answer with nothing but two calls whose arguments come piece by piece.
fn of_calls(pieces: &[String]) -> Finals {
    let of = |call: &dyn Fn() -> ToolCallChunk| {
        AiMessageChunk::new("").with_tool_call_chunks([0, 1].map(|index| call().with_index(index)))
    };
    let mut chunks = vec![of(&|| ToolCallChunk::new("point", ""))];
    chunks.extend(pieces.iter().map(|piece| of(&|| ToolCallChunk::args(piece.as_str()))));
    vec![
        ("calls", final_of(&Chain::<AiMessage, _>::new(JsonOutputToolsParser::new()), &chunks)),
        ("key", final_of(&Chain::<AiMessage, _>::new(JsonOutputKeyToolsParser::new("point")), &chunks)),
        ("message", final_of(&Chain::new(|message: AiMessage| message.to_dynamic()), &chunks)),
    ]
}

fn owned(pieces: &[&str]) -> Vec<String> {
    if pieces.is_empty() {
        return vec![String::new()];
    }
    pieces.iter().map(|piece| (*piece).to_owned()).collect()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_chunking_gives_the_same_final_value(text in answer(), one in lens(), other in lens()) {
        let (one, other, whole) = (owned(&cut(&text, &one)), owned(&cut(&text, &other)), vec![text]);
        prop_assert_eq!(of_text(&one), of_text(&whole));
        prop_assert_eq!(of_text(&one), of_text(&other));
        prop_assert_eq!(of_calls(&one), of_calls(&whole));
        prop_assert_eq!(of_calls(&one), of_calls(&other));
    }
}
