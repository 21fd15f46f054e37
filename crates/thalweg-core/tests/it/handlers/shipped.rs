//! The handlers that are shipped.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use thalweg_core::callback::{
    AsyncCallbackHandler, CallbackHandler, FailurePolicy, Handled, NdjsonHandler, StdoutHandler,
    UsageHandler, blocking, dispatch_custom_event, handler_fn,
};
use thalweg_core::event::{Event, EventMask};
use thalweg_core::message::UsageMetadata;
use thalweg_core::run::{Run, RunKind};
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

/// Counts how often it is flushed, and keeps what it has until then.
#[derive(Clone, Default)]
struct Holding {
    held: Vec<u8>,
    out: Shared,
}

impl Write for Holding {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&std::mem::take(&mut self.held))
    }
}

#[test]
fn ndjson_is_flushed_when_a_root_closes_and_when_the_handler_is_dropped() {
    let out = Shared::default();
    let handler = NdjsonHandler::new(Holding { out: out.clone(), ..Holding::default() });
    let config = Config::new().handler(handler);
    upper().invoke_blocking_with("a", &config).unwrap();
    assert_eq!(out.text().lines().count(), 2);
    let mut stream = upper().stream_blocking_with("a", config);
    stream.next().unwrap().unwrap();
    assert_eq!(out.text().lines().count(), 2);
    // The run is never closed: what holds it is forgotten, as in a process that ends.
    drop(stream);
    assert!(out.text().lines().count() > 3);
}

/// A handler that takes its time.
struct Slow(Shared);

impl CallbackHandler for Slow {
    fn on_cancelled(&self, run: &Run) -> Handled {
        std::thread::sleep(Duration::from_millis(30));
        Ok(writeln!(self.0.clone(), "cancelled {}", run.name())?)
    }
}

#[test]
fn a_thread_of_a_handler_hears_all_before_the_process_goes_on_to_its_end() {
    let out = Shared::default();
    let handler = Arc::new(blocking(Slow(out.clone())));
    let config = Config::new().async_handler(Arc::clone(&handler));
    let mut stream = (upper() | chat(&["one ", "two"])).stream_blocking_with("hi", config);
    stream.next().unwrap().unwrap();
    drop(stream);
    handler.flush();
    assert_eq!(out.text().lines().collect::<Vec<_>>(), ["cancelled Words", "cancelled RunnableSequence"]);
    drop(handler);
}

#[test]
fn dropping_a_handler_with_a_thread_waits_for_it() {
    let out = Shared::default();
    let handler = blocking(Slow(out.clone()));
    {
        // Told by hand, so that nothing else holds the handler.
        let kept: Arc<std::sync::Mutex<Vec<Event>>> = Arc::default();
        let keep = Arc::clone(&kept);
        let keeping =
            handler_fn(EventMask::CANCELLED, move |event: &Event| keep.lock().unwrap().push(event.clone()));
        let mut stream =
            chat(&["one ", "two"]).chain().stream_blocking_with("hi", Config::new().handler(keeping));
        stream.next().unwrap().unwrap();
        drop(stream);
        for event in kept.lock().unwrap().drain(..) {
            handler.on_cancelled_event(&event).unwrap();
        }
    }
    drop(handler);
    assert_eq!(out.text(), "cancelled Words\n");
}
