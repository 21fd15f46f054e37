//! Events of some runs only: by name, by kind, by tag. What is filtered out is never made.

use thalweg::Result;
use thalweg::prelude::*;

use super::Call;
use super::countries::{QUESTION, model};

const ANSWER_BY_NAME: &[&str] = &[
    "",
    "```",
    "json\n{\n  \"countries\": [",
    "\n    {\n      \"name\": \"France\",",
    "\n      \"population\": 67750",
    "000\n    },\n    {\n      \"",
    "name\": \"Spain\",\n      \"population\":",
    " 47350000\n    },",
    "\n    {\n      \"name\": \"Japan\",",
    "\n      \"population\": 125700000\n    }\n  ]\n}",
    "\n```",
];

const ANSWER: &[&str] = &[
    "",
    "```",
    "json\n{\n  \"countries\": [",
    "\n    {\n      \"name\": \"France\",",
    "\n      \"population\": 67750",
    "000\n    },\n    {\n      \"",
    "name\": \"Spain\",\n      \"population\":",
    " 47350000\n    },",
    "\n    {\n      \"name\": \"Japan\",",
    "\n      \"population\": 125700",
    "000\n    }\n  ]\n}",
    "\n```",
];

type Countries = Chain<thalweg::prompt::PromptValue, Dynamic>;

/// Model and parser under names of their own.
fn named(answer: &[&str]) -> Countries {
    let model = model(answer).chain().with_config(Config::new().run_name("model"));
    model | Chain::new(JsonOutputParser::new()).with_config(Config::new().run_name("my_parser"))
}

pub(super) fn by_name() -> Result<Vec<Call>> {
    let filter = EventFilter::new().include_names(["my_parser"]);
    let title = "model | my_parser, of which only what is named my_parser";
    Ok(vec![Call::filtered(title, &named(ANSWER_BY_NAME), QUESTION, filter)])
}

pub(super) fn by_type() -> Result<Vec<Call>> {
    let filter = EventFilter::new().include_types(["chat_model"]);
    let title = "model | my_parser, of which only chat models";
    Ok(vec![Call::filtered(title, &named(ANSWER), QUESTION, filter)])
}

pub(super) fn by_tag() -> Result<Vec<Call>> {
    let chain: Countries = model(ANSWER) | JsonOutputParser::new();
    let chain = chain.with_config(Config::new().tag("my_chain"));
    let filter = EventFilter::new().include_tags(["my_chain"]);
    let title = "(model | JsonOutputParser) tagged my_chain, of which only that tag: runs inherit it";
    Ok(vec![Call::filtered(title, &chain, QUESTION, filter)])
}
