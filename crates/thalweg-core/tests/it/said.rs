//! What errors say: the cause, the text, and what to do, without names that only the compiler knows.

use std::error::Error as _;

use futures_util::{FutureExt, StreamExt};
use thalweg_core::callback::dispatch_custom_event;
use thalweg_core::parser::{JsonOutputParser, SchemaOutputParser};
use thalweg_core::prompt::ChatPromptTemplate;
use thalweg_core::runnable::{InMemorySessions, MessageHistory};
use thalweg_core::schema::Type;
use thalweg_core::tool::{Args, Tool};
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, ChunkStream, Error, ErrorKind, vars, whole_value};

#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct River {
    km: u32,
}
whole_value!(River);

const NO_KM: &str = "not River: missing field `km` at line 1 column 16";

#[test]
fn an_object_that_does_not_fit_says_why() {
    let parser = Chain::<String, River>::new(SchemaOutputParser::new());
    let error = parser.invoke_blocking(r#"{"name":"Rhine"}"#).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Parse, NO_KM));
    assert_eq!(error.fact("text"), Some(r#"{"name":"Rhine"}"#));
    assert!(error.source().is_none(), "the message says it already");
    assert!(error.downcast_ref::<serde_json::Error>().is_some());

    let error = Dynamic::parse("[{}]").unwrap().to::<Vec<River>>().unwrap_err();
    assert_eq!(error.message(), "not Vec<River>: missing field `km` at line 1 column 3");
}

#[test]
fn arguments_that_do_not_fit_say_why() {
    let tool = Tool::builder("length", "How long a river is.")
        .arg("name", Type::Str)
        .function(|Args(river): Args<River>| i64::from(river.km));
    let error = tool.chain().invoke_blocking(vars! { "name": "Rhine" }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert_eq!(error.message(), format!("the arguments do not fit: {NO_KM}"));
}

#[test]
fn what_is_no_json_is_shown_by_its_beginning() {
    let parser = Chain::<String, Dynamic>::new(JsonOutputParser::new());
    let error = parser.invoke_blocking("The Rhine.").unwrap_err();
    assert_eq!((error.message(), error.fact("text")), ("not a JSON document", Some("The Rhine.")));

    let long = "ä".repeat(150);
    let pieces = ChunkStream::<String>::from_chunks([long.clone(), long]);
    let error = parser.transform(pieces).next().now_or_never().unwrap().unwrap().unwrap_err();
    assert_eq!(error.fact("text"), Some(format!("{}…", "ä".repeat(200)).as_str()));
}

#[test]
fn an_application_error_is_not_said_twice() {
    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no length")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    let error = Error::other(Outer("many".parse::<u8>().unwrap_err()));
    assert_eq!(error.to_string(), "no length");
    assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
    assert!(error.downcast_ref::<Outer>().is_some());
    let around = Error::new(ErrorKind::Handler, "a handler failed").with_source(error);
    assert!(around.downcast_ref::<Outer>().is_some());
}

#[test]
fn errors_name_what_helps() {
    let outside = dispatch_custom_event("progress", 1).unwrap_err();
    assert!(outside.message().contains("thalweg::spawn"), "{outside}");

    let role = ChatPromptTemplate::from_messages([("robot", "Hi")]).unwrap_err();
    assert!(role.message().contains("placeholder"), "{role}");

    let sessions = InMemorySessions::new();
    let chat = MessageHistory::new(|_: Dynamic| "Hello".to_owned(), sessions.opener()).into_chain();
    let session = chat.invoke_blocking("Hi").unwrap_err();
    assert!(session.message().contains("Config::configurable"), "{session}");
    assert_eq!(session.fact("missing"), Some("session_id"));
}
