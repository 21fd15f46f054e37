//! The calls of each tour: the chains of the examples, with their inputs.

use thalweg::Result;
use thalweg::prelude::*;

use super::{Call, examples, reverse_word};

pub(super) fn countries() -> Result<Vec<Call>> {
    let (chain, input) = examples::countries_json::build()?;
    Ok(vec![Call::new("model | JsonOutputParser", &chain, input)])
}

pub(super) fn countries_events() -> Result<Vec<Call>> {
    let (chain, input) = examples::countries_events::build()?;
    Ok(vec![Call::new("model | JsonOutputParser", &chain, input)])
}

pub(super) fn filter_name() -> Result<Vec<Call>> {
    let (chain, input) = examples::filter_by_name::build()?;
    let title = "model | my_parser: only what is named my_parser";
    Ok(vec![Call::filtered(title, &chain, input, examples::filter_by_name::filter())])
}

pub(super) fn filter_type() -> Result<Vec<Call>> {
    let (chain, input) = examples::filter_by_type::build()?;
    let title = "model | my_parser: only chat models";
    Ok(vec![Call::filtered(title, &chain, input, examples::filter_by_type::filter())])
}

pub(super) fn filter_tag() -> Result<Vec<Call>> {
    let (chain, input) = examples::filter_by_tag::build()?;
    let title = "(model | JsonOutputParser) tagged my_chain: only that tag, which runs inherit";
    Ok(vec![Call::filtered(title, &chain, input, examples::filter_by_tag::filter())])
}

pub(super) fn generator() -> Result<Vec<Call>> {
    let (whole, input) = examples::generator::build()?;
    let whole = Call::new("model | JsonOutputParser | function: one chunk, at the end", &whole, input);
    let (streaming, input) = examples::generator::build_streaming()?;
    let title = "model | JsonOutputParser | generator: each name as it comes";
    Ok(vec![whole, Call::new(title, &streaming, input)])
}

#[expect(clippy::unnecessary_wraps, reason = "as all tours; these chains need nothing that can fail")]
pub(super) fn custom_events() -> Result<Vec<Call>> {
    let (implicit, input) = examples::custom_events::build();
    let implicit = Call::new("a function that finds its run by itself", &implicit, input);
    let (explicit, input) = examples::custom_events::build_explicit();
    Ok(vec![implicit, Call::new("one that is given its context", &explicit, input)])
}

pub(super) fn tool() -> Result<Vec<Call>> {
    let (tool, input) = examples::tool_with_inner_chain::build()?;
    let tool = Call::new("a tool that runs prompt | model | StrOutputParser | function", &tool, input);
    let reverse =
        Call::new("a tool that runs a function", &reverse_word::tool().chain(), Dynamic::from("hello"));
    Ok(vec![tool, reverse])
}

pub(super) fn async_handler() -> Result<Vec<Call>> {
    let (model, input, heard) = examples::async_handler::build()?;
    Ok(vec![Call::new("a model with two handlers", &model, input).with_notes(heard)])
}

pub(super) fn retrieval() -> Result<Vec<Call>> {
    let (chain, input) = examples::retrieval_chain::build()?;
    let title = "{context: retriever, question: passthrough} | prompt | model | StrOutputParser";
    Ok(vec![Call::new(title, &chain, input)])
}
