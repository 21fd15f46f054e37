//! Handlers that fail, panic and abort, at every method.

use thalweg_core::callback::{
    FailurePolicy, Handlers, blocking, dispatch_custom_event, failures, handler_fn,
};
use thalweg_core::event::{Event, EventFilter, EventMask};
use thalweg_core::message::AiMessage;
use thalweg_core::run::RunKind;
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Config, Error, ErrorKind, Result};

use super::support::{Fail, Log, Part, Recorder, Shared, broken, chat, reverse, upper};
use crate::support::{drop_at_every_poll, events};

type Call = Box<dyn Fn(Config) -> Result<(), Error>>;

/// A call that makes each method be called, and what it is.
fn calls() -> Vec<(&'static str, Call)> {
    fn part(kind: RunKind, input: &'static str) -> Call {
        Box::new(move |config| Part::chain(kind).invoke_blocking_with(input, config).map(drop))
    }
    fn stream(words: &'static [&'static str]) -> Call {
        Box::new(move |config| {
            chat(words).chain().stream_blocking_with("hi", config).collect::<Result<Vec<_>>>().map(drop)
        })
    }
    let emit = |config| {
        let chain = Chain::new(|text: String| dispatch_custom_event("mine", 1).map(|()| text)).named("emits");
        chain.invoke_blocking_with("x", config).map(drop)
    };
    vec![
        ("chain_start", part(RunKind::Chain, "x")),
        ("chain_end", part(RunKind::Chain, "x")),
        ("chain_error", part(RunKind::Chain, "bad")),
        ("tool_start", part(RunKind::Tool, "x")),
        ("tool_end", part(RunKind::Tool, "x")),
        ("tool_error", part(RunKind::Tool, "bad")),
        ("retriever_start", part(RunKind::Retriever, "x")),
        ("retriever_end", part(RunKind::Retriever, "x")),
        ("retriever_error", part(RunKind::Retriever, "bad")),
        ("llm_start", part(RunKind::Llm, "x")),
        ("chat_model_start", stream(&["one"])),
        ("llm_new_token", stream(&["one"])),
        ("llm_end", stream(&["one"])),
        ("llm_error", stream(&["bad"])),
        ("custom_event", Box::new(emit)),
    ]
}

/// What a recorder's lines say without its label.
fn of(label: &str, lines: &[String]) -> Vec<String> {
    lines.iter().filter_map(|line| line.strip_prefix(label)).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_failure_that_is_logged_changes_nothing() {
    for how in [Fail::Error, Fail::Panic] {
        for (on, call) in calls() {
            let log = Log::default();
            let plain = call(Config::new().handler(Recorder::new("good", &log)));
            let expected = log.take();
            let before = failures();
            let bad = Recorder::new("bad", &log).failing(on, how, FailurePolicy::Log);
            let good = Recorder::new("good", &log);
            let failed = call(Config::new().handler(bad.clone()).handler(good.clone()));
            assert!(failures() > before, "{on}");
            assert_eq!(failed.map_err(|e| e.to_string()), plain.clone().map_err(|e| e.to_string()), "{on}");
            let lines = log.take();
            assert_eq!(of("good ", &lines), of("good ", &expected), "{on}");
            assert_eq!(of("bad ", &lines), of("good ", &expected), "{on}");
            // The same for async ones, and on a thread.
            for config in [
                Config::new().async_handler(bad.clone().waiting()),
                Config::new().async_handler(blocking(bad)),
            ] {
                let failed = call(config.handler(good.clone()));
                assert_eq!(
                    failed.map_err(|e| e.to_string()),
                    plain.clone().map_err(|e| e.to_string()),
                    "{on}"
                );
                let lines = log.take();
                assert_eq!(of("good ", &lines), of("good ", &expected), "{on}");
                assert_eq!(of("bad ", &lines), of("good ", &expected), "{on}");
            }
        }
    }
}

#[test]
fn a_failure_that_aborts_fails_the_run_and_the_others_still_hear() {
    for how in [Fail::Error, Fail::Panic] {
        for (on, call) in calls() {
            let log = Log::default();
            let bad = Recorder::new("bad", &log).failing(on, how, FailurePolicy::Abort);
            let good = Recorder::new("good", &log);
            for (kind, config) in [
                ("sync", Config::new().handler(bad.clone())),
                ("async", Config::new().async_handler(bad.clone().waiting())),
                ("thread", Config::new().async_handler(blocking(bad))),
            ] {
                let error = call(config.handler(good.clone())).unwrap_err();
                let lines = of("good ", &log.take());
                assert!(lines.iter().any(|line| line.starts_with(on)), "{kind} {on}: {lines:?}");
                let starts = lines.iter().filter(|line| line.contains("_start ")).count();
                let ends =
                    lines.iter().filter(|line| line.contains("_end ") || line.contains("_error ")).count();
                assert_eq!((starts, ends), (1, 1), "{kind} {on}: {lines:?}");
                if on.ends_with("_error") {
                    // The run fails already, with its own error.
                    assert_ne!(error.kind(), ErrorKind::Handler, "{kind} {on}");
                } else {
                    assert_eq!(error.kind(), ErrorKind::Handler, "{kind} {on}");
                    assert!(!error.run_path().is_empty(), "{kind} {on}");
                    let reason = if how == Fail::Error { "handler failed" } else { "handler panicked" };
                    assert_eq!(error.fact("reason"), Some(reason), "{kind} {on}");
                }
            }
        }
    }
}

#[test]
fn the_error_names_the_run_and_keeps_the_handlers_own() {
    #[derive(Debug)]
    struct Full;
    impl std::fmt::Display for Full {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the disk is full")
        }
    }
    impl std::error::Error for Full {}
    let handler = handler_fn(EventMask::END, |_: &_| Err(Full)).on_failure(FailurePolicy::Abort);
    let error = (upper() | reverse()).invoke_blocking_with("ab", Config::new().handler(handler)).unwrap_err();
    assert_eq!(error.run_path(), ["RunnableSequence", "upper"]);
    assert!(error.downcast_ref::<Full>().is_some());
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

/// As recorded from langchain-core: `failing-handler-raise`.
#[test]
fn compat_and_abort_at_once_do_as_raise_error() {
    let log = Log::default();
    let bad = Recorder::new("first", &log).failing("chain_end", Fail::Error, FailurePolicy::AbortAtOnce);
    let config = Config::new().compat(true).handler(bad).handler(Recorder::new("second", &log));
    let error = (upper() | reverse()).invoke_blocking_with("ab", config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler);
    let lines = log.take();
    let common = ["chain_start RunnableSequence: \"ab\"", "chain_start upper: \"ab\""];
    let failed = "chain_error RunnableSequence: a callback handler failed";
    assert_eq!(of("first ", &lines), [common[0], common[1], "chain_end upper: \"AB\"", failed]);
    assert_eq!(of("second ", &lines), [common[0], common[1], failed]);
}

#[test]
fn compat_tells_nothing_more_of_a_run_that_was_refused() {
    let log = Log::default();
    let bad = Recorder::new("first", &log).failing("chain_start", Fail::Error, FailurePolicy::Abort);
    let config = Config::new().compat(true).handler(bad).handler(Recorder::new("second", &log));
    upper().invoke_blocking_with("ab", config).unwrap_err();
    assert_eq!(log.take(), ["first chain_start upper: \"ab\"", "second chain_start upper: \"ab\""]);
}

#[test]
fn compat_gives_the_error_of_the_error_handler() {
    let log = Log::default();
    let bad = Recorder::new("", &log).failing("chain_error", Fail::Error, FailurePolicy::Abort);
    let config = Config::new().compat(true).handler(bad);
    let error = Part::chain(RunKind::Chain).invoke_blocking_with("bad", config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Handler);
}

#[test]
fn a_failing_local_handler_fails_its_model_only_if_it_aborts() {
    let log = Log::default();
    let local = Handlers::new().handler(Recorder::new("local", &log).failing(
        "llm_end",
        Fail::Panic,
        FailurePolicy::Abort,
    ));
    let model = chat(&["one"]).with_handlers(&local).chain();
    let error = model.invoke_blocking("hi").unwrap_err();
    assert_eq!((error.kind(), error.run_path().len()), (ErrorKind::Handler, 1));
}

#[test]
fn a_handler_that_fails_at_a_cancellation_is_noted() {
    let log = Log::default();
    let bad = Recorder::new("bad", &log).failing("cancelled", Fail::Panic, FailurePolicy::Abort);
    let config = Config::new().handler(bad).handler(Recorder::new("good", &log));
    let before = failures();
    let mut stream = chat(&["one ", "two"]).chain().stream_blocking_with("hi", config);
    stream.next().unwrap().unwrap();
    log.take();
    drop(stream);
    assert_eq!(log.take(), ["bad cancelled Words", "good cancelled Words"]);
    assert!(failures() > before);
}

#[test]
fn a_payload_that_fails_to_serialize_is_an_error_only_for_who_asks() {
    #[derive(Debug)]
    struct Never;
    impl serde::Serialize for Never {
        fn serialize<S: serde::Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("cannot be written"))
        }
    }
    let chain = Chain::new(|text: String| dispatch_custom_event("mine", Never).map(|()| text)).named("emits");
    let written = Shared::default();
    let handler =
        thalweg_core::callback::NdjsonHandler::new(written.clone()).on_failure(FailurePolicy::Abort);
    let error = chain.invoke_blocking_with("a", Config::new().handler(handler)).unwrap_err();
    assert_eq!((error.kind(), error.run_name()), (ErrorKind::Handler, Some("emits")));
    let lines = written.text();
    let events: Vec<Dynamic> = lines.lines().map(|line| Dynamic::parse(line).unwrap()).collect();
    let words: Vec<_> = events.iter().filter_map(|event| event.get("event")?.as_str()).collect();
    assert_eq!(words, ["start", "custom", "error"]);
    assert_eq!(
        events[1].get("data").and_then(|data| data.get("unserializable")?.as_str()),
        Some("cannot be written")
    );
}

#[tokio::test]
async fn whatever_aborts_where_every_start_has_one_end() {
    let chain = upper() | chat(&["one ", "two"]) | |answer: AiMessage| answer.text().into_owned();
    let chain = chain | reverse();
    for name in ["RunnableSequence", "upper", "Words", "reverse"] {
        for at in [EventMask::START, EventMask::STREAM, EventMask::END] {
            let handler = handler_fn(
                at,
                move |event: &Event| {
                    if event.run.name() == name { Err("not this one") } else { Ok(()) }
                },
            );
            let config = Config::new().handler(handler.on_failure(FailurePolicy::Abort));
            let (_, error) = events(chain.stream_events_with("hi", config, EventFilter::new())).await;
            let error = error.unwrap();
            assert_eq!((error.kind(), error.run_name()), (ErrorKind::Handler, Some(name)), "{at:?}");
        }
    }
}

#[test]
fn dropping_anywhere_while_async_handlers_are_waited_for_closes_every_run() {
    for on in ["nothing", "chain_start", "llm_new_token", "llm_end", "custom_event", "chain_error"] {
        let emits = Chain::new(|text: String| dispatch_custom_event("mine", 1).map(|()| text));
        let chain = emits | chat(&["one ", "two"]) | |answer: AiMessage| answer.text().into_owned();
        let chain = chain | broken();
        drop_at_every_poll(|| {
            let handler = Recorder::new("", &Log::default()).failing(on, Fail::Error, FailurePolicy::Abort);
            let config = Config::new().async_handler(handler.waiting());
            chain.stream_events_with("hi", config, EventFilter::new())
        });
    }
}
