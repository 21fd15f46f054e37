//! Prompts of one text: partials, inputs, sums.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;
use thalweg_core::ErrorKind;
use thalweg_core::prompt::PromptTemplate;
use thalweg_core::template::TemplateFormat;
use thalweg_core::value::{Dynamic, Map};

use crate::templates::vars;

#[test]
fn what_is_given_counts_more_than_a_partial() {
    let prompt = PromptTemplate::from_template("{a} {b}").unwrap().partial("a", "A");
    assert_eq!(prompt.input_variables(), ["b"]);
    assert_eq!(prompt.format_text(&vars([("b", "B".into())])).unwrap(), "A B");
    assert_eq!(prompt.format_text(&vars([("b", "B".into()), ("a", "x".into())])).unwrap(), "x B");
}

#[test]
fn a_function_is_called_for_each_prompt_that_needs_it() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let prompt = PromptTemplate::from_template("call {n}")
        .unwrap()
        .partial_with("n", move || counted.fetch_add(1, Ordering::Relaxed) + 1);
    assert_eq!(prompt.format_text(&Map::new()).unwrap(), "call 1");
    assert_eq!(prompt.format_text(&Map::new()).unwrap(), "call 2");
    assert_eq!(prompt.format_text(&vars([("n", 9.into())])).unwrap(), "call 9");
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn one_variable_takes_any_input() {
    let prompt = PromptTemplate::from_template("about {x}").unwrap();
    assert_eq!(prompt.format_input(&"cats".into()).unwrap(), "about cats".into());
    assert_eq!(prompt.format_input(&Dynamic::Null).unwrap(), "about None".into());
    assert_eq!(
        prompt.format_input(&vars([("x", 1.into()), ("y", 2.into())]).into()).unwrap(),
        "about 1".into()
    );

    let none = PromptTemplate::from_template("nothing").unwrap();
    assert_eq!(none.format_input(&"cats".into()).unwrap_err().kind(), ErrorKind::InputType);
    let two = PromptTemplate::from_template("{x} {y}").unwrap();
    let error = two.format_input(&"cats".into()).unwrap_err();
    assert_eq!((error.kind(), error.fact("variables")), (ErrorKind::InputType, Some("x, y")));
    assert_eq!(two.partial("y", 1).format_input(&"cats".into()).unwrap(), "cats 1".into());
}

#[test]
fn a_struct_is_an_object_of_its_fields() {
    #[derive(Debug, Serialize)]
    struct Input {
        topic: &'static str,
        words: u32,
    }
    let prompt = PromptTemplate::from_template("{topic} in {words} words").unwrap();
    let input = Dynamic::object(Input { topic: "rivers", words: 5 });
    assert_eq!(prompt.format_input(&input).unwrap(), "rivers in 5 words".into());
}

#[test]
fn prompts_add_up() {
    let left = PromptTemplate::from_template("{a} and ").unwrap().partial("a", 1);
    let sum = (left.clone() + PromptTemplate::from_template("{b}").unwrap()).unwrap();
    assert_eq!(sum.input_variables(), ["b"]);
    assert_eq!(sum.format_text(&vars([("b", 2.into())])).unwrap(), "1 and 2");
    let sum = ((left.clone() + "{c}").unwrap() + "!").unwrap();
    assert_eq!(sum.format_input(&3.into()).unwrap(), "1 and 3!".into());

    let twice = (left.clone() + left.clone()).unwrap_err();
    assert_eq!((twice.kind(), twice.fact("variable")), (ErrorKind::Config, Some("a")));
    let other = PromptTemplate::parse("{{b}}", TemplateFormat::Mustache).unwrap();
    assert_eq!((left.clone() + other).unwrap_err().kind(), ErrorKind::Config);
    assert_eq!((left + "{").unwrap_err().kind(), ErrorKind::Template);
}

#[test]
fn a_missing_variable_names_the_prompt() {
    let prompt = PromptTemplate::from_template("{a} {b}").unwrap().partial("a", 1);
    let error = prompt.format(&vars([("c", 1.into())])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingVariable);
    assert_eq!((error.fact("missing"), error.fact("given")), (Some("b"), Some("c")));
    assert!(error.message().starts_with("PromptTemplate"), "{error}");
}
