//! The handlers that are shipped.

use std::io::{self, Write};
use std::sync::Arc;

use thalweg_core::callback::{
    FailurePolicy, NdjsonHandler, StdoutHandler, UsageHandler, dispatch_custom_event,
};
use thalweg_core::event::EventMask;
use thalweg_core::message::UsageMetadata;
use thalweg_core::run::RunKind;
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Config, ErrorKind};

use super::support::{Part, Shared, broken, chat, upper};

/// A writer whose other end is closed.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn stdout_shows_chains_and_tools_by_their_depth() {
    let out = Shared::default();
    let tool = Part::chain(RunKind::Tool);
    let chain = upper() | move |text: String| tool.clone().invoke_blocking(text);
    let config = Config::new().handler(StdoutHandler::to(out.clone()));
    chain.invoke_blocking_with("ab", &config).unwrap();
    (upper() | broken()).invoke_blocking_with("ab", config).unwrap_err();
    assert_eq!(
        out.text().lines().collect::<Vec<_>>(),
        [
            "> Entering RunnableSequence",
            "  > Entering upper",
            "  > Finished upper",
            "  > Entering RunnableLambda",
            "    tool: AB",
            "  > Finished RunnableLambda",
            "> Finished RunnableSequence",
            "> Entering RunnableSequence",
            "  > Entering upper",
            "  > Finished upper",
            "  > Entering broken",
            "  > Failed broken: no",
            "> Failed RunnableSequence: no",
        ]
    );
}

#[test]
fn a_closed_output_is_an_error_if_the_handler_says_so() {
    let config = Config::new().handler(StdoutHandler::to(Closed));
    assert_eq!(upper().invoke_blocking_with("a", config).unwrap(), "A");
    let config = Config::new().handler(StdoutHandler::to(Closed).on_failure(FailurePolicy::Abort));
    let error = upper().invoke_blocking_with("a", config).unwrap_err();
    assert_eq!((error.kind(), error.run_name()), (ErrorKind::Handler, Some("upper")));
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    assert_eq!(kind, Some(io::ErrorKind::BrokenPipe));
}

#[test]
fn usage_adds_up_by_model_while_calls_run() {
    let usage = Arc::new(UsageHandler::new());
    let config = Config::new().handler(Arc::clone(&usage));
    let model = chat(&["one ", "two"]);
    model.clone().chain().invoke_blocking_with("hi", &config).unwrap();
    assert_eq!(usage.of("words-1"), Some(UsageMetadata::new(3, 2)));
    model.clone().chain().stream_blocking_with("hi", &config).for_each(|chunk| drop(chunk.unwrap()));
    (upper() | model).invoke_blocking_with("hi", config).unwrap();
    assert_eq!(usage.total(), UsageMetadata::new(9, 6));
    assert_eq!(usage.by_model().keys().collect::<Vec<_>>(), ["words-1"]);
    assert_eq!(usage.of("other"), None);
}

#[test]
fn ndjson_has_a_line_for_every_event() {
    let out = Shared::default();
    let emits = Chain::new(|text: String| dispatch_custom_event("mine", 5).map(|()| text)).named("emits");
    let config = Config::new().tag("t").metadata("k", 1).handler(NdjsonHandler::new(out.clone()));
    (upper() | emits).stream_blocking_with("ab", config).for_each(|chunk| drop(chunk.unwrap()));
    let events: Vec<Dynamic> = out.text().lines().map(|line| Dynamic::parse(line).unwrap()).collect();
    let field = |event: &Dynamic, key: &str| event.get(key).cloned().unwrap_or_default().to_string();
    let lines: Vec<_> = events
        .iter()
        .map(|event| format!("{} {} {}", field(event, "event"), field(event, "name"), field(event, "data")))
        .collect();
    assert_eq!(
        lines,
        [
            r#""start" "RunnableSequence" {"input":"ab"}"#,
            r#""start" "upper" {}"#,
            r#""stream" "upper" {"chunk":"AB"}"#,
            r#""start" "emits" {}"#,
            r#""end" "upper" {"input":"ab","output":"AB"}"#,
            r#""custom" "emits" {"name":"mine","data":5}"#,
            r#""stream" "emits" {"chunk":"AB"}"#,
            r#""stream" "RunnableSequence" {"chunk":"AB"}"#,
            r#""end" "emits" {"input":"AB","output":"AB"}"#,
            r#""end" "RunnableSequence" {"output":"AB"}"#,
        ]
    );
    assert_eq!(field(&events[0], "kind"), r#""chain""#);
    assert_eq!(field(&events[0], "tags"), r#"["t"]"#);
    assert_eq!(field(&events[1], "tags"), r#"["t","seq:step:1"]"#);
    assert_eq!(field(&events[1], "metadata"), r#"{"k":1}"#);
    assert_eq!(field(&events[1], "parent_ids"), format!("[{}]", field(&events[0], "run_id")));
    let times: Vec<_> = events.iter().filter_map(|event| event.get("time")?.as_str()).collect();
    assert!(times.len() == events.len() && times.is_sorted());
}

#[test]
fn ndjson_writes_a_file_and_goes_on_at_its_end() {
    let path = std::env::temp_dir().join(format!("thalweg-handlers-{}.ndjson", std::process::id()));
    let ends = thalweg_core::callback::Interest::of(EventMask::END);
    let config = Config::new().handler(NdjsonHandler::create(&path).unwrap().interested(ends));
    upper().invoke_blocking_with("a", &config).unwrap();
    // Flushed with the root run, while the handler is still there.
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    let config = Config::new().handler(NdjsonHandler::append(&path).unwrap());
    upper().invoke_blocking_with("a", config).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    std::fs::remove_file(path).unwrap();
}
