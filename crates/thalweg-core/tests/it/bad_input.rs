//! Bad input: an error that says what is wrong and where, and every event before it.

use thalweg_core::callback::{FailurePolicy, dispatch_custom_event, failures, handler_fn};
use thalweg_core::event::{Event, EventFilter, EventKind, EventMask};
use thalweg_core::model::{Chat, ScriptedChat};
use thalweg_core::parser::{JsonOutputParser, XmlOutputParser};
use thalweg_core::prompt::ChatPromptTemplate;
use thalweg_core::template::TemplateFormat;
use thalweg_core::value::{Dynamic, Map, Value};
use thalweg_core::{Chain, Config, Error, ErrorKind, Runnable, vars};

use crate::support::{events, line};

/// The events of a call that fails, as lines, and its error: it is told last, by every run from where it happened up.
async fn failing<I: Value, O: Value>(
    chain: &Chain<I, O>,
    input: impl Into<I>,
    config: Config,
) -> (Vec<String>, Error) {
    let (events, error) = events(chain.stream_events_with(input, config, EventFilter::new())).await;
    let error = error.unwrap();
    let told: Vec<_> = events
        .iter()
        .filter(|event| matches!(&event.kind, EventKind::Error { error: told, .. } if told.message() == error.message()))
        .map(|event| event.run.name().clone())
        .collect();
    let mut path = error.run_path().to_vec();
    path.reverse();
    assert_eq!(told, path);
    (events.iter().map(line).collect(), error)
}

/// What an error tells a reader: the place and the reason.
#[track_caller]
fn assert_says(error: &Error, parts: &[&str]) {
    let said = error.to_string();
    assert!(parts.iter().all(|part| said.contains(part)), "{said}");
}

fn model(pieces: &[&'static str]) -> Chat {
    Chat::new(ScriptedChat::new(pieces.iter().copied()))
}

#[tokio::test]
async fn a_template_without_its_variable() {
    for format in [TemplateFormat::FString, TemplateFormat::Mustache] {
        let text = if format == TemplateFormat::FString { "{a} and {b}" } else { "{{a}} and {{b}}" };
        let prompt = ChatPromptTemplate::parse([("human", text)], format).unwrap();
        let chain = prompt | model(&["never"]);
        let (lines, error) = failing(&chain, vars! { "a": 1 }, Config::new()).await;
        assert_eq!(error.kind(), ErrorKind::MissingVariable);
        assert_eq!(error.run_path(), ["RunnableSequence", "ChatPromptTemplate"]);
        assert_says(&error, &["RunnableSequence", "ChatPromptTemplate", "b"]);
        assert_eq!(lines.len(), 4, "the model never starts: {lines:?}");
    }
}

#[test]
fn a_template_with_a_forbidden_variable() {
    for text in ["{a.__class__}", "{a[0]}", "{a!r:{b.c}}", "{0}", "{a", "a}"] {
        let error = ChatPromptTemplate::from_template(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Template, "{text}");
    }
}

#[tokio::test]
async fn broken_json_of_a_model() {
    let chain: Chain<String, Dynamic> =
        Runnable::<String>::into_chain(model(&["{\"a\": ", "1,", ", \"b\": 2}"])) | JsonOutputParser::new();
    let (lines, error) = failing(&chain, "hi", Config::new()).await;
    assert_eq!(
        (error.kind(), error.run_path()),
        (ErrorKind::Parse, &["RunnableSequence".into(), "JsonOutputParser".into()][..])
    );
    assert_says(&error, &["RunnableSequence", "JsonOutputParser"]);
    // What could be read before was told.
    for told in [r#"stream {"a":1}"#, "ScriptedChat[seq:step:1] end"] {
        assert!(lines.iter().any(|line| line.contains(told)), "{told}: {lines:#?}");
    }
}

#[tokio::test]
async fn broken_xml_of_a_model() {
    let chain: Chain<String, Dynamic> =
        Runnable::<String>::into_chain(model(&["<a><b>1</b>", "<c>2</b>", "</a>"])) | XmlOutputParser::new();
    let (lines, error) = failing(&chain, "hi", Config::new()).await;
    assert_eq!(error.kind(), ErrorKind::Parse);
    assert_says(&error, &["RunnableSequence", "XMLOutputParser"]);
    assert!(lines.iter().any(|line| line.contains(r#"stream {"a":[{"b":"1"}]}"#)), "{lines:#?}");
}

#[tokio::test]
async fn a_payload_that_fails_to_serialize() {
    #[derive(Debug)]
    struct Never;
    impl serde::Serialize for Never {
        fn serialize<S: serde::Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("cannot be written"))
        }
    }
    let chain = Chain::new(|text: String| dispatch_custom_event("mine", Never).map(|()| text)).named("emits");
    // It is an event like others for who does not want it written.
    let (told, error) = events(chain.stream_events("x")).await;
    assert!(error.is_none());
    assert_eq!(told.len(), 4);
    let custom = told.iter().find(|event| matches!(event.kind, EventKind::Custom { .. })).unwrap();
    let error = thalweg_core::event::write_ndjson(Vec::new(), custom).unwrap_err();
    assert_eq!((error.kind(), error.run_path()), (ErrorKind::Serialize, &["emits".into()][..]));
    assert_says(&error, &["emits"]);
}

#[tokio::test]
async fn a_handler_that_panics() {
    let chain =
        (Chain::new(|map: Map| map.len().to_string()).named("count") | |text: String| text).named("outer");
    let panics = || {
        handler_fn(EventMask::END, |event: &Event| {
            assert!(event.run.name() != "count", "the handler broke");
        })
    };
    // It is noted, and the call goes on; or the run fails if the handler says so.
    let before = failures();
    let (told, error) =
        events(chain.stream_events_with(vars! {}, Config::new().handler(panics()), EventFilter::new())).await;
    assert!(error.is_none() && failures() > before);
    assert!(matches!(told.last().unwrap().kind, EventKind::End { .. }));

    let config = Config::new().handler(panics().on_failure(FailurePolicy::Abort));
    let (_, error) = events(chain.stream_events_with(vars! {}, config, EventFilter::new())).await;
    let error = error.unwrap();
    assert_eq!((error.kind(), error.run_path()), (ErrorKind::Handler, &["outer".into(), "count".into()][..]));
    assert_says(&error, &["outer", "count", "the handler broke"]);
}
