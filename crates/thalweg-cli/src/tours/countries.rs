//! JSON from a model, parsed while it comes.

use thalweg::Result;
use thalweg::model::ScriptedChat;
use thalweg::prelude::*;

use super::Call;

/// What the model is asked in several tours.
pub(super) const QUESTION: &str = "output a list of the countries france, spain and japan and their populations in \
    JSON format. Use a dict with an outer key of \"countries\" which contains a list of countries. \
    Each country should have the key `name` and `population`";

/// The answer of the tours of output.
pub(super) const ANSWER: &[&str] = &[
    "",
    "```",
    "json\n{\n  \"countries\": [",
    "\n    {\n      \"name\": \"France\",",
    "\n      \"population\": 67750",
    "000\n    },\n    {",
    "\n      \"name\": \"Spain\",",
    "\n      \"population\": 47350000\n    },\n    {",
    "\n      \"name\": \"Japan\",",
    "\n      \"population\": 125700000\n    }\n  ]\n}",
    "\n```",
];

/// The answer of the tour of events: cut at other places, as it came.
const ANSWER_FOR_EVENTS: &[&str] = &[
    "",
    "```",
    "json\n{\n  \"countries\": [",
    "\n    {\n      \"name\": \"France\",",
    "\n      \"population\": 67750000\n    },",
    "\n    {\n      \"name\": \"Spain\",",
    "\n      \"population\": 47350",
    "000\n    },\n    {\n      \"",
    "name\": \"Japan\",\n      \"population\":",
    " 125700000\n    }",
    "\n  ]\n}\n```",
];

/// A chat model that gives this answer, under the name that the recorded one had.
pub(super) fn model(answer: &[&str]) -> Chat {
    Chat::new(ScriptedChat::new(answer.iter().copied()).named("ChatAnthropic"))
}

pub(super) fn json() -> Result<Vec<Call>> {
    let chain = model(ANSWER) | JsonOutputParser::new();
    Ok(vec![Call::new("model | JsonOutputParser", &chain, QUESTION)])
}

pub(super) fn events() -> Result<Vec<Call>> {
    let chain = model(ANSWER_FOR_EVENTS) | JsonOutputParser::new();
    Ok(vec![Call::new("model | JsonOutputParser", &chain, QUESTION)])
}
