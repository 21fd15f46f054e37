//! Failures: the errors that scenarios raise, under the names they have there, and the ways in which a scenario
//! cannot be run at all.

use std::fmt;

use serde_json::{Value, json};
use thalweg_core::{Error, ErrorKind};

/// Why a scenario cannot be run.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It names something that the runner does not know.
    Unknown(String),
    /// It is not written as the format says.
    Unusable(String),
}

impl Refusal {
    pub(super) fn missing(what: &str) -> Self {
        Self::Unusable(format!("{what} is missing or of the wrong type"))
    }
}

/// An error that a scenario's own function or model raises.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    pub(super) class: String,
    pub(super) message: String,
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class, self.message)
    }
}

impl std::error::Error for Raised {}

/// The error of a class.
pub(super) fn raise(class: &str, message: impl Into<String>) -> Error {
    let raised = Raised { class: class.to_owned(), message: message.into() };
    if class == "ToolException" {
        return Error::new(ErrorKind::Tool, raised.message.clone()).with_source(raised);
    }
    Error::other(raised)
}

pub(super) fn type_error(message: impl Into<String>) -> Error {
    raise("TypeError", message)
}

/// The error that `{"class", "message"}` describes.
pub(super) fn raise_described(args: &Value) -> Error {
    let text = |key, default| args.get(key).and_then(Value::as_str).unwrap_or(default);
    raise(text("class", "ValueError"), text("message", ""))
}

/// The name that langchain-core's counterpart of an error has.
pub(super) fn class_of(error: &Error) -> String {
    if let Some(raised) = error.downcast_ref::<Raised>() {
        return raised.class.clone();
    }
    if let Some(class) = error.fact("class") {
        return class.to_owned();
    }
    match error.kind() {
        ErrorKind::InputType if is_no_message(error.message()) => "NotImplementedError",
        ErrorKind::InputType if error.fact("placeholder").is_some() => "ValueError",
        ErrorKind::InputType if error.message().starts_with("a parser") => "ValidationError",
        ErrorKind::InputType if error.fact("variables").is_some() || error.fact("field").is_some() => {
            "TypeError"
        }
        ErrorKind::InputType if is_type_error(error.message()) => "TypeError",
        ErrorKind::Template if error.message().contains("code point") => "OverflowError",
        ErrorKind::Template if error.message().starts_with("a field names a variable") => {
            match error.message() {
                "a field names a variable" | "a field names a variable, not a position" => "IndexError",
                _ => "ValueError",
            }
        }
        ErrorKind::Parse => "OutputParserException",
        ErrorKind::Validation => "ValidationError",
        ErrorKind::MissingVariable => "KeyError",
        ErrorKind::Merge | ErrorKind::Serialize => "TypeError",
        ErrorKind::Tool => "ToolException",
        ErrorKind::RecursionLimit => "RecursionError",
        ErrorKind::EmptyStream => "UnboundLocalError",
        ErrorKind::Unsupported => "NotImplementedError",
        ErrorKind::OutsideRun => "RuntimeError",
        _ => "ValueError",
    }
    .to_owned()
}

/// Whether something in a list of messages has no message's shape.
fn is_no_message(message: &str) -> bool {
    message.starts_with("a message ") && !message.starts_with("a message history")
}

/// Whether a wrong input is a `TypeError` there.
fn is_type_error(message: &str) -> bool {
    [
        "the first event",
        "RunnableEach",
        "a prompt",
        "PromptTemplate",
        "ChatPromptTemplate",
        "FewShotPromptTemplate",
    ]
    .iter()
    .any(|step| message.starts_with(step))
}

/// An error as results show it: the message only where the scenario itself wrote it.
pub(super) fn encode_error(error: &Error) -> Value {
    let class = class_of(error);
    match error.downcast_ref::<Raised>() {
        Some(raised) => json!({ "$": "error", "error": class, "message": raised.message }),
        None => json!({ "$": "error", "error": class, "framework": true }),
    }
}

/// Whether an error is of one of these classes; `Exception` is all of them.
pub(super) fn is_among(error: &Error, classes: &[String]) -> bool {
    let class = class_of(error);
    classes.iter().any(|wanted| {
        wanted == "Exception"
            || *wanted == class
            || match wanted.as_str() {
                "ValueError" => class == "OutputParserException" || class == "ValidationError",
                "LangChainException" => class == "OutputParserException",
                "RuntimeError" => matches!(class.as_str(), "NotImplementedError" | "RecursionError"),
                _ => false,
            }
    })
}
