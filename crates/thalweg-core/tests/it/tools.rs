//! Tools: their inputs, answers, failures and runs.

use thalweg_core::event::{Event, EventFilter, EventKind};
use thalweg_core::message::{Message, ToolCall, ToolStatus};
use thalweg_core::schema::Type;
use thalweg_core::tool::{Args, One, Tool, ToolBuilder, ToolOutput};
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Config, Context, Error, ErrorKind, Result, lambda_with, vars};

use crate::parsers::{compat, default_mode};
use crate::support::{events, invoke_lines};

fn shout() -> Tool {
    word("shout").function(|One(word): One<String>| word.to_uppercase())
}

fn word(name: &'static str) -> ToolBuilder {
    Tool::builder(name, "Does something with a word.").arg("word", Type::Str)
}

fn failing(kind: ErrorKind) -> impl Fn(Map) -> Result<String> {
    move |_| Err(Error::new(kind, "tool broke"))
}

async fn call(tool: Tool, input: impl Into<Dynamic>) -> Result<Dynamic> {
    let input = input.into();
    let default = tool.clone().chain().invoke_with(input.clone(), default_mode()).await;
    let compat = tool.chain().invoke_with(input, compat()).await;
    assert_eq!(default.as_ref().ok().map(ToString::to_string), compat.as_ref().ok().map(ToString::to_string));
    default
}

fn tool_call(args: Map) -> Dynamic {
    ToolCall::new("whatever", args).with_id("c1").into()
}

/// Content, status and artifact of a tool's message.
fn message(answer: &Dynamic) -> (String, ToolStatus, Dynamic) {
    match answer {
        Dynamic::Message(message) => match &**message {
            Message::Tool(tool) => {
                assert_eq!(tool.tool_call_id, "c1");
                assert!(tool.base.name.is_some());
                (tool.base.content.text().into_owned(), tool.status, tool.artifact.clone())
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn takes_objects_texts_and_calls() {
    assert_eq!(call(shout(), vars! { "word": "hi", "more": 1 }).await.unwrap(), "HI".into());
    assert_eq!(call(shout(), "hi").await.unwrap(), "HI".into());
    let answer = call(shout(), tool_call(vars! { "word": "hi" })).await.unwrap();
    assert_eq!(message(&answer), ("HI".into(), ToolStatus::Success, Dynamic::Null));
    let without_id = ToolCall::new("shout", vars! { "word": "hi" });
    assert_eq!(call(shout(), without_id).await.unwrap(), "HI".into());
    for wrong in [Dynamic::Int(3), Dynamic::Null, vars! { "nope": 1 }.into(), vars! { "word": 1 }.into()] {
        let error = call(shout(), wrong).await.unwrap_err();
        assert_eq!((error.kind(), error.run_name()), (ErrorKind::Validation, Some("shout")));
    }
}

#[tokio::test]
async fn arguments_are_converted_and_completed() {
    #[derive(serde::Deserialize)]
    struct Pair {
        a: i64,
        b: String,
    }
    let pair = Tool::builder("pair", "")
        .arg("a", Type::Int)
        .arg_or("b", Type::Str, "d")
        .async_function(|Args(pair): Args<Pair>| async move { format!("{}{}", pair.a + 1, pair.b) });
    assert_eq!(call(pair.clone(), vars! { "a": "41" }).await.unwrap(), "42d".into());
    assert_eq!(call(pair.clone(), vars! { "a": 1.0, "b": "x" }).await.unwrap(), "2x".into());
    // A text is the first argument; langchain-core checks it and hands it on as it was, alone.
    let chain = Tool::builder("all", "")
        .arg("a", Type::Int)
        .arg_or("b", Type::Str, "d")
        .function(|args: Map| args)
        .chain();
    assert_eq!(chain.invoke_with("41", default_mode()).await.unwrap(), vars! { "a": 41, "b": "d" }.into());
    assert_eq!(chain.invoke_with("41", compat()).await.unwrap(), vars! { "a": "41" }.into());
    let none = Tool::builder("none", "").function(|args: Map| args);
    assert_eq!(call(none, vars! { "a": 1 }).await.unwrap(), Map::new().into());
}

#[tokio::test]
async fn failures_that_are_handled_are_answers() {
    let with = |build: fn(ToolBuilder) -> ToolBuilder, kind| build(word("bad")).function(failing(kind));
    let asked = || vars! { "word": "q" };
    let handled = with(ToolBuilder::handle_tool_error, ErrorKind::Tool);
    assert_eq!(call(handled.clone(), asked()).await.unwrap(), "tool broke".into());
    let answer = call(handled, tool_call(asked())).await.unwrap();
    assert_eq!(message(&answer), ("tool broke".into(), ToolStatus::Error, Dynamic::Null));
    let sorry = with(|tool| tool.handle_tool_error_with("sorry"), ErrorKind::Tool);
    assert_eq!(call(sorry, asked()).await.unwrap(), "sorry".into());
    let other = with(ToolBuilder::handle_tool_error, ErrorKind::Application);
    assert_eq!(call(other, asked()).await.unwrap_err().kind(), ErrorKind::Application);
    let unhandled = with(|tool| tool, ErrorKind::Tool);
    assert_eq!(call(unhandled, asked()).await.unwrap_err().kind(), ErrorKind::Tool);
    let validated = word("w").handle_validation_error().function(|args: Map| args);
    let answer = call(validated, tool_call(vars! {})).await.unwrap();
    assert_eq!(message(&answer), ("Tool input validation error".into(), ToolStatus::Error, Dynamic::Null));
    let text = word("w").handle_validation_error_with("bad arguments").function(|args: Map| args);
    assert_eq!(call(text, vars! {}).await.unwrap(), "bad arguments".into());
}

#[tokio::test]
async fn content_and_artifact() {
    let found = |_: Map| ToolOutput::new("2 found").with_artifact(vars! { "rows": 2 });
    let typed = word("find").function(found);
    let answer = call(typed.clone(), tool_call(vars! { "word": "q" })).await.unwrap();
    assert_eq!(message(&answer), ("2 found".into(), ToolStatus::Success, vars! { "rows": 2 }.into()));
    assert_eq!(call(typed, "q").await.unwrap(), "2 found".into());
    let pair = word("find").content_and_artifact().function(|_: Map| vec![Dynamic::from("a"), 1.into()]);
    let answer = call(pair, tool_call(vars! { "word": "q" })).await.unwrap();
    assert_eq!(message(&answer), ("a".into(), ToolStatus::Success, 1.into()));
    let wrong = word("find").content_and_artifact().function(|_: Map| "a".to_owned());
    assert!(call(wrong, "q").await.is_err());
}

#[tokio::test]
async fn what_models_see_of_an_answer() {
    let cases = [
        (Dynamic::parse(r#"{"a": [1, true, "é"]}"#).unwrap(), r#"{"a": [1, true, "é"]}"#),
        (Dynamic::Null, "null"),
        (Dynamic::from(vec![1, 2]), "[1, 2]"),
        (Dynamic::from(vec!["a", "b"]), "ab"),
        (Dynamic::Float(1.0), "1.0"),
    ];
    for (value, expected) in cases {
        let tool = word("t").function(move |_: Map| value.clone());
        let answer = call(tool, tool_call(vars! { "word": "q" })).await.unwrap();
        assert_eq!(message(&answer).0, expected);
    }
}

fn inner() -> Chain<String, String> {
    Chain::new(|text: String| text.to_uppercase()).named("inner")
}

/// A tool that calls `inner`, with the context that it is given or the current one.
fn nested(by_hand: bool) -> Tool {
    word("t").tags(["own"]).async_function_with(move |One(word): One<String>, context: Context| async move {
        let context = if by_hand { context } else { Context::current() };
        inner().invoke_with(word, context).await
    })
}

/// Each start as `name <parent> tags`.
async fn starts(tool: Tool, context: Context) -> Vec<String> {
    let chain = lambda_with(move |input: Dynamic, context: Context| {
        let chain = Chain::new(|input: Dynamic| input) | tool.clone();
        async move { chain.invoke_with(input, context).await }
    });
    let context = context.with_config(&Config::new().tag("c"));
    let input = Dynamic::from(vars! { "word": "a" });
    let (events, error) =
        events(chain.named("call").stream_events_with(input, context, EventFilter::new())).await;
    assert!(error.is_none());
    let start = |event: &Event| match &event.kind {
        EventKind::Start { .. } if ["t", "inner"].contains(&event.run.name().as_str()) => {
            let parent = event.run.parent().map(|run| run.name().to_string()).unwrap_or_default();
            let tags: Vec<_> = event.run.tags().iter().map(ToString::to_string).collect();
            Some(format!("{} <{parent}> {}", event.run.name(), tags.join(" ")))
        }
        _ => None,
    };
    events.iter().filter_map(start).collect()
}

#[tokio::test]
async fn what_runs_inside_is_part_of_the_tools_run() {
    let tool = "t <RunnableSequence> c seq:step:2 own";
    for (by_hand, context) in [(false, default_mode()), (true, default_mode()), (false, compat())] {
        assert_eq!(starts(nested(by_hand), context).await, [tool, "inner <t> c"]);
    }
    // langchain-core hands the tool's function the configuration that the tool was called with.
    assert_eq!(starts(nested(true), compat()).await, [tool, "inner <RunnableSequence> c seq:step:2"]);
}

#[tokio::test]
async fn the_events_of_a_tool() {
    let expected = [
        "call start",
        "call/shout start",
        r#"call/shout end "HI""#,
        r#"call stream "HI""#,
        r#"call end "HI""#,
    ];
    let (lines, _) = invoke_lines(&shout().chain(), vars! { "word": "hi" }, compat()).await;
    assert_eq!(lines, expected);
    let (lines, error) =
        invoke_lines(&word("bad").function(failing(ErrorKind::Tool)).chain(), "x", default_mode()).await;
    assert_eq!(lines, ["call start", "call/bad start", "call/bad error tool broke", "call error tool broke"]);
    assert_eq!(error.unwrap().run_name(), Some("bad"));
}
