//! Prompt templates as steps.

use std::collections::HashMap;

use futures_util::{FutureExt, StreamExt};
use thalweg_core::event::EventKind;
use thalweg_core::message::Message;
use thalweg_core::model::{Chat, ScriptedChat};
use thalweg_core::parser::StrOutputParser;
use thalweg_core::prompt::{ChatPromptTemplate, PromptTemplate, PromptValue};
use thalweg_core::value::{Dynamic, Map, Value};
use thalweg_core::{Chain, ErrorKind, vars};

use crate::parsers::{compat, default_mode};
use crate::support::invoke_lines;

#[tokio::test]
async fn takes_variables_in_any_form() {
    let prompt = || PromptTemplate::from_template("about {topic}").unwrap();
    let expected = PromptValue::from("about rivers");
    assert_eq!(Chain::<Map, _>::new(prompt()).invoke(vars! { "topic": "rivers" }).await.unwrap(), expected);
    assert_eq!(Chain::<String, _>::new(prompt()).invoke("rivers").await.unwrap(), expected);
    let map = HashMap::from([("topic".to_owned(), "rivers".to_owned())]);
    assert_eq!(Chain::<HashMap<String, String>, _>::new(prompt()).invoke(map).await.unwrap(), expected);
    let dynamic = prompt().chain();
    assert_eq!(dynamic.invoke(vars! { "topic": "rivers" }).await.unwrap(), expected);
    assert_eq!(dynamic.invoke("rivers").await.unwrap(), expected);
}

#[tokio::test]
async fn its_run_is_a_prompts() {
    let prompt =
        ChatPromptTemplate::from_messages([("system", "Be {tone}."), ("human", "{question}")]).unwrap();
    let chain = prompt | |prompt: PromptValue| prompt.to_messages().len();
    for context in [compat(), default_mode()] {
        let input = vars! { "tone": "kind", "question": "why?" };
        let (lines, _) = invoke_lines(&chain, input, context.clone()).await;
        assert_eq!(lines[2], "call/RunnableSequence/ChatPromptTemplate[seq:step:1] start");
        let (lines, error) = invoke_lines(&chain, vars! { "tone": "kind" }, context).await;
        assert!(
            lines[3].starts_with("call/RunnableSequence/ChatPromptTemplate[seq:step:1] error"),
            "{lines:?}"
        );
        assert_eq!(error.unwrap().kind(), ErrorKind::MissingVariable);
    }
}

#[tokio::test]
async fn a_list_of_messages_is_the_value_of_a_placeholder() {
    let prompt = ChatPromptTemplate::from_messages([("placeholder", "{history}")]);
    let chain = Chain::<Vec<Message>, _>::new(prompt.unwrap());
    // The placeholder is optional, so that it cannot be the only variable that the prompt needs.
    assert_eq!(chain.invoke(vec![Message::human("hi")]).await.unwrap_err().kind(), ErrorKind::InputType);
}

#[test]
fn a_chain_that_starts_with_a_model_shows_the_text_that_it_was_given() {
    let chain = Chat::new(ScriptedChat::new(["Hi"])) | StrOutputParser;
    let events: Vec<_> = chain.stream_events("hello").collect().now_or_never().unwrap();
    let EventKind::Start { input } = &events[0].as_ref().unwrap().kind else { panic!("no start") };
    assert_eq!(input, &Some(Dynamic::from("hello")));
    // What a template has formatted is shown as that.
    let prompt = PromptTemplate::from_template("about {x}").unwrap().format(&vars! { "x": 1 }).unwrap();
    assert_eq!(prompt.to_dynamic().to_string(), r#"{"text":"about 1"}"#);
    assert_eq!(prompt, PromptValue::from("about 1"));
}
