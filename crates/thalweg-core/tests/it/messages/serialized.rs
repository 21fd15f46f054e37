//! Messages and what contains them, written and read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thalweg_core::RunId;
use thalweg_core::document::Document;
use thalweg_core::message::{
    AiMessage, AiMessageChunk, Block, Message, MessageChunk, PlainMessage, ToolCall, ToolMessage, ToolStatus,
    UsageMetadata,
};
use thalweg_core::output::{Generation, LlmResult};
use thalweg_core::prompt::PromptValue;
use thalweg_core::value::{Dynamic, Map};

fn written<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{json}");
    json
}

fn entry(key: &str, value: impl Into<Dynamic>) -> Map {
    [(key, value.into())].into_iter().collect()
}

#[test]
fn messages_of_all_kinds() {
    let call = ToolCall::new("add", entry("a", 1)).with_id("c1");
    let answer =
        AiMessage::new("sum").with_id("m1").with_tool_calls([call]).with_usage(UsageMetadata::new(3, 4));
    assert_eq!(
        written(&Message::Ai(answer)),
        concat!(
            r#"{"type":"ai","content":"sum","id":"m1","#,
            r#""tool_calls":[{"name":"add","args":{"a":1},"id":"c1","type":"tool_call"}],"#,
            r#""usage_metadata":{"input_tokens":3,"output_tokens":4,"total_tokens":7}}"#,
        )
    );
    assert_eq!(written(&Message::human("hi")), r#"{"type":"human","content":"hi"}"#);
    let named = Message::system([Block::text("be kind")]).with_name("ann");
    assert_eq!(
        written(&named),
        r#"{"type":"system","content":[{"type":"text","text":"be kind"}],"name":"ann"}"#
    );
    let failed = ToolMessage::new("no", "c1").with_status(ToolStatus::Error).with_artifact(7);
    assert_eq!(
        written(&Message::Tool(failed)),
        r#"{"type":"tool","content":"no","tool_call_id":"c1","artifact":7,"status":"error"}"#
    );
    assert_eq!(
        written(&Message::chat("critic", "long")),
        r#"{"type":"chat","content":"long","role":"critic"}"#
    );
    assert_eq!(written(&Message::function("f", "3")), r#"{"type":"function","content":"3","name":"f"}"#);
    assert_eq!(written(&Message::remove("m1")), r#"{"type":"remove","content":"","id":"m1"}"#);
}

#[test]
fn chunks_say_that_they_are_chunks() {
    let chunk = MessageChunk::from(AiMessageChunk::new("a").last());
    assert_eq!(written(&chunk), r#"{"type":"AIMessageChunk","content":"a","chunk_position":"last"}"#);
    let chunk = MessageChunk::Human(Box::new(PlainMessage::new("a")));
    assert_eq!(written(&chunk), r#"{"type":"HumanMessageChunk","content":"a"}"#);
    for whole in [Message::human("a"), Message::ai("a")] {
        assert_eq!(written(&MessageChunk::from(whole.clone())), written(&whole));
    }
}

#[test]
fn fields_may_stand_one_level_below_the_type() {
    let stored = r#"{"type": "human", "data": {"content": "hi", "type": "human", "id": 7}}"#;
    assert_eq!(serde_json::from_str::<Message>(stored).unwrap(), Message::human("hi").with_id("7"));
}

#[test]
fn what_is_no_message_is_refused() {
    for json in
        [r#"{"content": "a"}"#, r#"{"type": "robot", "content": "a"}"#, r#"{"type": "tool", "content": "a"}"#]
    {
        assert!(serde_json::from_str::<Message>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<Message>(r#"{"type": "human", "content": 3}"#).is_err());
}

#[test]
fn prompts_documents_and_generations() {
    assert_eq!(written(&PromptValue::Text { text: "hi".into() }), r#"{"text":"hi"}"#);
    assert_eq!(written(&PromptValue::from("hi")), r#""hi""#);
    let prompt = PromptValue::from([Message::human("hi")]);
    assert_eq!(written(&prompt), r#"{"messages":[{"type":"human","content":"hi"}]}"#);
    let document = Document::new("text").with_metadata("page", 1);
    assert_eq!(written(&document), r#"{"type":"Document","metadata":{"page":1},"page_content":"text"}"#);

    let result = LlmResult {
        generations: vec![vec![
            Generation::new("a").with_generation_info(entry("finish_reason", "stop")),
            Generation::from(Message::ai("b")),
            Generation::from(MessageChunk::from(AiMessageChunk::new("c"))),
            Generation::chunk("d"),
        ]],
        llm_output: entry("model", "m"),
        runs: vec![RunId::new()],
    };
    let json: Dynamic = serde_json::from_str(&written(&result)).unwrap();
    let kinds: Vec<_> =
        json.get("generations").unwrap().at(0).unwrap().as_list().unwrap().iter().cloned().collect();
    let kinds: Vec<_> = kinds.iter().map(|kind| kind.get("type").unwrap().as_str().unwrap()).collect();
    assert_eq!(kinds, ["Generation", "ChatGeneration", "ChatGenerationChunk", "GenerationChunk"]);
}
