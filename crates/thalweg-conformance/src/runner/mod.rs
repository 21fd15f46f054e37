//! Builds the chain of a scenario out of Thalweg's parts, makes the call and writes down what is observed.
//!
//! Sees nothing of comparing: it gets a scenario without its record.

mod build;
mod call;
mod component;
mod compose;
mod decode;
mod effect;
mod encode;
mod failure;
mod function;
mod history;
mod model;
mod normal;
mod observe;
mod prompts;
mod pure;
mod text;
mod transform;

use serde_json::Value;

use self::failure::Refusal;

/// Which of the two ways to show events a scenario is run with.
///
/// ```
/// use thalweg_conformance::runner::Mode;
///
/// assert_eq!(Mode::default(), Mode::Compat);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As langchain-core 1.7 does it, event for event.
    #[default]
    Compat,
    /// Thalweg's own way: the same vocabulary with the known faults mended.
    Default,
}

/// What became of a scenario.
///
/// ```
/// use serde_json::json;
/// use thalweg_conformance::runner::{Mode, Outcome, run};
///
/// let scenario = json!({ "spec": { "kind": "teleport" }, "input": 1, "call": { "method": "invoke" } });
/// assert!(matches!(run(&scenario, Mode::Compat), Outcome::Unknown(_)));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It ran; this is the result, be it an output or an error of the chain.
    Result(Value),
    /// It needs a node kind or function that the runner does not know; the text names it.
    Unknown(String),
    /// It is no usable scenario; the text says why.
    Unusable(String),
}

/// What runs a scenario: [`run`], or something else in a test.
pub type Run = fn(&Value, Mode) -> Outcome;

/// Runs a scenario and returns its outcome.
pub fn run(scenario: &Value, mode: Mode) -> Outcome {
    match call::run(scenario, mode) {
        Ok(observed) => Outcome::Result(observed),
        Err(Refusal::Unknown(what)) => Outcome::Unknown(what),
        Err(Refusal::Unusable(why)) => Outcome::Unusable(why),
    }
}
