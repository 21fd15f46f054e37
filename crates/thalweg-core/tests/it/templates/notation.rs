//! Messages, documents and prompt values in a template. The texts are what langchain-core 1.7.0 shows.

use serde::Serialize;
use thalweg_core::document::Document;
use thalweg_core::message::{
    AiMessage, AiMessageChunk, Message, MessageChunk, PlainMessage, ToolCall, ToolCallChunk, ToolMessage,
    ToolStatus, UsageMetadata,
};
use thalweg_core::prompt::PromptValue;
use thalweg_core::template::{Template, TemplateFormat};
use thalweg_core::value::Dynamic;
use thalweg_core::{Error, ErrorKind};

use super::vars;

fn shown(template: &str, value: impl Into<Dynamic>) -> String {
    let template = Template::parse(template, TemplateFormat::FString).unwrap();
    template.render(&vars([("x", value.into())])).unwrap().into()
}

fn check(value: impl Into<Dynamic>, as_str: &str, as_repr: &str) {
    let value = value.into();
    assert_eq!(shown("{x}", value.clone()), as_str);
    assert_eq!(shown("{x!r}", value.clone()), as_repr);
    assert_eq!(shown("{x}", vec![value]), format!("[{as_repr}]"));
}

#[test]
fn messages() {
    check(
        Message::human("hi"),
        "content='hi' additional_kwargs={} response_metadata={}",
        "HumanMessage(content='hi', additional_kwargs={}, response_metadata={})",
    );
    check(
        Message::System(PlainMessage {
            additional_kwargs: vars([("a", 1.into())]),
            ..PlainMessage::new("s").with_name("n")
        }),
        "content='s' additional_kwargs={'a': 1} response_metadata={} name='n'",
        "SystemMessage(content='s', additional_kwargs={'a': 1}, response_metadata={}, name='n')",
    );
    check(
        Message::chat("r", "x"),
        "content='x' additional_kwargs={} response_metadata={} role='r'",
        "ChatMessage(content='x', additional_kwargs={}, response_metadata={}, role='r')",
    );
    check(
        Message::function("r", "x"),
        "content='x' additional_kwargs={} response_metadata={} name='r'",
        "FunctionMessage(content='x', additional_kwargs={}, response_metadata={}, name='r')",
    );
    check(
        Message::remove("3"),
        "content='' additional_kwargs={} response_metadata={} id='3'",
        "RemoveMessage(content='', additional_kwargs={}, response_metadata={}, id='3')",
    );
}

#[test]
fn tool_messages() {
    check(
        Message::tool("r", "7"),
        "content='r' tool_call_id='7'",
        "ToolMessage(content='r', tool_call_id='7')",
    );
    let failed = ToolMessage::new("r", "7").with_status(ToolStatus::Error).with_artifact(vec![1]);
    check(
        Message::Tool(failed),
        "content='r' tool_call_id='7' artifact=[1] status='error'",
        "ToolMessage(content='r', tool_call_id='7', artifact=[1], status='error')",
    );
}

#[test]
fn answers_of_models() {
    check(
        AiMessage::new("hi").with_id("x"),
        "content='hi' additional_kwargs={} response_metadata={} id='x' tool_calls=[] invalid_tool_calls=[]",
        "AIMessage(content='hi', additional_kwargs={}, response_metadata={}, id='x', tool_calls=[], \
         invalid_tool_calls=[])",
    );
    let usage =
        UsageMetadata { input_tokens: 1, output_tokens: 2, total_tokens: 3, ..UsageMetadata::default() };
    let call = ToolCall::new("f", vars([("a", 1.into())])).with_id("1");
    check(
        AiMessage::new("hi").with_tool_calls([call]).with_usage(usage),
        "content='hi' additional_kwargs={} response_metadata={} tool_calls=[{'name': 'f', 'args': {'a': 1}, \
         'id': '1', 'type': 'tool_call'}] invalid_tool_calls=[] usage_metadata={'input_tokens': 1, \
         'output_tokens': 2, 'total_tokens': 3}",
        "AIMessage(content='hi', additional_kwargs={}, response_metadata={}, tool_calls=[{'name': 'f', 'args': \
         {'a': 1}, 'id': '1', 'type': 'tool_call'}], invalid_tool_calls=[], usage_metadata={'input_tokens': 1, \
         'output_tokens': 2, 'total_tokens': 3})",
    );
}

#[test]
fn chunks() {
    check(
        AiMessageChunk::new("hi"),
        "content='hi' additional_kwargs={} response_metadata={} tool_calls=[] invalid_tool_calls=[] \
         tool_call_chunks=[]",
        "AIMessageChunk(content='hi', additional_kwargs={}, response_metadata={}, tool_calls=[], \
         invalid_tool_calls=[], tool_call_chunks=[])",
    );
    let piece = ToolCallChunk { index: Some(0.into()), ..ToolCallChunk::new("f", "{") };
    assert_eq!(
        shown("{x}", AiMessageChunk::new("").with_tool_call_chunks([piece]).last()),
        "content='' additional_kwargs={} response_metadata={} tool_calls=[{'name': 'f', 'args': {}, 'id': None, \
         'type': 'tool_call'}] invalid_tool_calls=[] tool_call_chunks=[{'name': 'f', 'args': '{', 'id': None, \
         'index': 0, 'type': 'tool_call_chunk'}] chunk_position='last'"
    );
    check(
        MessageChunk::Human(Box::new(PlainMessage::new("x"))),
        "content='x' additional_kwargs={} response_metadata={}",
        "HumanMessageChunk(content='x', additional_kwargs={}, response_metadata={})",
    );
}

#[test]
fn documents() {
    check(Document::new("d"), "page_content='d'", "Document(metadata={}, page_content='d')");
    let mut document = Document::new("d").with_metadata("a", 1);
    document.id = Some("3".into());
    check(
        document,
        "page_content='d' metadata={'a': 1}",
        "Document(id='3', metadata={'a': 1}, page_content='d')",
    );
}

#[test]
fn prompt_values() {
    check(PromptValue::Text { text: "hi".into() }, "text='hi'", "StringPromptValue(text='hi')");
    check(
        PromptValue::from(Message::human("x")),
        "messages=[HumanMessage(content='x', additional_kwargs={}, response_metadata={})]",
        "ChatPromptValue(messages=[HumanMessage(content='x', additional_kwargs={}, response_metadata={})])",
    );
}

#[test]
fn numbers_that_json_does_not_have() {
    check(f64::NAN, "nan", "nan");
    check(f64::NEG_INFINITY, "-inf", "-inf");
    assert_eq!(shown("{x:08.2f}|{x:E}", f64::INFINITY), "00000inf|INF");
    check(
        Dynamic::BigInt("-123456789012345678901234567890".into()),
        "-123456789012345678901234567890",
        "-123456789012345678901234567890",
    );
    assert_eq!(
        shown("{x:,}", Dynamic::BigInt("123456789012345678901234567890".into())),
        "123,456,789,012,345,678,901,234,567,890"
    );
}

/// There is nothing to compare with here: data shows as the data it is, an error as its message.
#[test]
fn values_of_ones_own() {
    #[derive(Debug, Serialize)]
    struct River {
        name: &'static str,
        tidal: bool,
    }
    check(
        Dynamic::object(River { name: "Elbe", tidal: true }),
        "{'name': 'Elbe', 'tidal': True}",
        "{'name': 'Elbe', 'tidal': True}",
    );
    let error = Error::new(ErrorKind::Parse, "no list").with("parser", "numbered");
    assert_eq!(shown("failed: {x}", Dynamic::from(error)), "failed: no list");
}
