//! Listeners watch the run of their chain and no other.

use thalweg_core::callback::{AsyncListeners, Listeners, RunRecord, failures};
use thalweg_core::{Chain, Config, ErrorKind};

use super::support::{Log, broken, chat, reverse, upper};
use crate::support::turn_away;

fn show(on: &str, record: &RunRecord) -> String {
    let shown = |value: &Option<_>| value.as_ref().map(|v: &thalweg_core::value::Dynamic| v.to_string());
    let error = record.error.as_ref().map(|error| error.message().to_owned());
    let rest = [shown(&record.input), shown(&record.output), error].into_iter().flatten().collect::<Vec<_>>();
    format!("{on} {}: {}", record.name(), rest.join(" -> "))
}

fn listeners(log: &Log) -> Listeners {
    let (start, end, error) = (log.clone(), log.clone(), log.clone());
    Listeners::new()
        .on_start(move |record: &RunRecord| start.push(show("start", record)))
        .on_end(move |record: &RunRecord| end.push(show("end", record)))
        .on_error(move |record: &RunRecord| error.push(show("error", record)))
}

#[test]
fn they_see_start_and_end_of_their_own_run() {
    let log = Log::default();
    let chain = (upper() | reverse()).with_listeners(listeners(&log));
    assert_eq!(chain.invoke_blocking("ab").unwrap(), "BA");
    assert_eq!(log.take(), ["start RunnableSequence: \"ab\"", "end RunnableSequence: \"ab\" -> \"BA\""]);
    // Again for each call.
    chain.invoke_blocking_with("cd", Config::new().run_name("other")).unwrap();
    assert_eq!(log.take(), ["start other: \"cd\"", "end other: \"cd\" -> \"DC\""]);
}

#[test]
fn on_a_step_they_see_that_step() {
    let log = Log::default();
    let chain = reverse() | upper().with_listeners(listeners(&log)) | reverse();
    chain.invoke_blocking("ab").unwrap();
    assert_eq!(log.take(), ["start upper: \"ba\"", "end upper: \"ba\" -> \"BA\""]);
    chain.stream_blocking("ab").for_each(|chunk| drop(chunk.unwrap()));
    assert_eq!(log.take(), ["start upper: ", "end upper: \"ba\" -> \"BA\""]);
}

#[test]
fn they_see_failures_and_cancellations() {
    let log = Log::default();
    let chain = (upper() | broken()).with_listeners(listeners(&log));
    chain.invoke_blocking("ab").unwrap_err();
    assert_eq!(log.take(), ["start RunnableSequence: \"ab\"", "error RunnableSequence: \"ab\" -> no"]);
    let model = chat(&["one ", "two"]).chain().with_listeners(Listeners::new().on_error({
        let log = log.clone();
        move |record: &RunRecord| {
            assert_eq!(record.error.as_ref().map(thalweg_core::Error::kind), Some(ErrorKind::Cancelled));
            log.push("cancelled");
        }
    }));
    drop(model.stream_blocking("hi").next());
    assert_eq!(log.take(), ["cancelled"]);
}

#[test]
fn they_nest_and_add_up() {
    let log = Log::default();
    let inner = upper().with_listeners(listeners(&log));
    let outer = Chain::new(move |text: String| inner.clone().invoke_blocking(text))
        .named("outer")
        .with_listeners(listeners(&log))
        .with_listeners(listeners(&log));
    outer.invoke_blocking("a").unwrap();
    assert_eq!(
        log.take(),
        [
            "start outer: \"a\"",
            "start outer: \"a\"",
            "start upper: \"a\"",
            "end upper: \"a\" -> \"A\"",
            "end outer: \"a\" -> \"A\"",
            "end outer: \"a\" -> \"A\"",
        ]
    );
}

#[tokio::test]
async fn each_input_of_a_batch_has_its_own() {
    let log = Log::default();
    let chain = upper().with_listeners(listeners(&log));
    chain.batch(["a", "b"]).await;
    let mut lines = log.take();
    lines.sort();
    assert_eq!(
        lines,
        [
            "end upper: \"a\" -> \"A\"",
            "end upper: \"b\" -> \"B\"",
            "start upper: \"a\"",
            "start upper: \"b\""
        ]
    );
}

#[tokio::test]
async fn async_ones_are_waited_for() {
    let log = Log::default();
    let (start, end) = (log.clone(), log.clone());
    let listeners = AsyncListeners::new()
        .on_start(move |record: RunRecord| {
            let log = start.clone();
            async move {
                turn_away().await;
                log.push(show("start", &record));
            }
        })
        .on_end(move |record: RunRecord| {
            let log = end.clone();
            async move {
                turn_away().await;
                log.push(show("end", &record));
                Ok::<_, std::io::Error>(())
            }
        });
    let function = log.clone();
    let chain = Chain::new(move |text: String| {
        function.push("function");
        text
    })
    .named("f")
    .with_async_listeners(listeners);
    chain.invoke("a").await.unwrap();
    assert_eq!(log.take(), ["start f: \"a\"", "function", "end f: \"a\" -> \"a\""]);
}

#[test]
fn one_that_fails_is_noted() {
    let before = failures();
    let listeners = Listeners::new()
        .on_start(|record: &RunRecord| assert!(record.output.is_some(), "listener panicked"))
        .on_end(|_: &RunRecord| Err("listener failed"));
    assert_eq!(upper().with_listeners(listeners).invoke_blocking("a").unwrap(), "A");
    assert!(failures() >= before + 2);
}
