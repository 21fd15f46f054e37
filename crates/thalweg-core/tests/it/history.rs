//! Message history.

use std::sync::Arc;

use thalweg_core::message::Message;
use thalweg_core::runnable::{ChatHistory, InMemoryHistory, InMemorySessions, MessageHistory};
use thalweg_core::value::{Dynamic, List, Map, Text};
use thalweg_core::{Chain, Config, ErrorKind};

use crate::support::stream_lines;

fn session(id: &str) -> Config {
    Config::new().configurable("session_id", id)
}

/// The texts of a list of messages.
fn texts(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| format!("{}: {}", message.kind(), message.text())).collect()
}

/// Answers with the number of messages it has.
fn count() -> Chain<Dynamic, String> {
    Chain::new(|messages: Dynamic| messages.as_list().map_or(0, List::len).to_string()).named("count")
}

#[tokio::test]
async fn what_was_said_comes_before_what_is_asked() {
    let sessions = InMemorySessions::new();
    for compat in [false, true] {
        let id = if compat { "compat" } else { "default" };
        let config = session(id).compat(compat);
        let chain = count().with_message_history(sessions.opener()).into_chain();
        assert_eq!(chain.invoke_with("one", &config).await.unwrap(), "1");
        assert_eq!(chain.stream_with("two", &config).fold().await.unwrap(), "3");
        let asked = vec![Dynamic::from(Message::human("three")), Dynamic::from(Message::human("four"))];
        assert_eq!(chain.invoke_with(asked, &config).await.unwrap(), "6");
        assert_eq!(
            texts(&sessions.session(id).get()),
            ["human: one", "ai: 1", "human: two", "ai: 3", "human: three", "human: four", "ai: 6"]
        );
    }
    assert!(sessions.session("other").get().is_empty());
}

#[tokio::test]
async fn keys_say_where_messages_stand() {
    let sessions = InMemorySessions::new();
    let show = |input: Dynamic| {
        let answer = format!(
            "{} after {}",
            input.get("q").unwrap(),
            input.get("past").unwrap().as_list().unwrap().len()
        );
        [("a", Dynamic::from(answer)), ("rest", Dynamic::from(1))].into_iter().collect::<Map>()
    };
    let chain = MessageHistory::new(show, sessions.opener())
        .input_key("q")
        .history_key("past")
        .output_key("a")
        .into_chain();
    let ask = |q: &str| [("q", Dynamic::from(q)), ("more", Dynamic::Null)].into_iter().collect::<Map>();
    chain.invoke_with(ask("one"), session("s")).await.unwrap();
    chain.invoke_with(ask("two"), session("s")).await.unwrap();
    assert_eq!(
        texts(&sessions.session("s").get()),
        ["human: one", "ai: \"one\" after 0", "human: two", "ai: \"two\" after 2"]
    );
}

#[tokio::test]
async fn sessions_may_have_several_keys_and_must_be_named() {
    let store = InMemoryHistory::new();
    let seen = store.clone();
    let open = move |ids: &[Text]| -> Arc<dyn ChatHistory> {
        assert_eq!(ids, ["ada", "7"]);
        Arc::new(seen.clone())
    };
    let chain = count()
        .with_message_history(|_| Arc::new(InMemoryHistory::new()))
        .session_keys(["user", "talk"], open);
    let chain = chain.into_chain();
    let config = Config::new().configurable("user", "ada");
    chain.invoke_with("x", config.clone().configurable("talk", 7)).await.unwrap();
    assert_eq!(texts(&store.get()), ["human: x", "ai: 1"]);
    let (lines, error) = stream_lines(&chain, "x", config).await;
    let error = error.unwrap();
    assert_eq!((lines.len(), error.kind(), error.fact("missing")), (0, ErrorKind::Config, Some("talk")));
}

#[tokio::test]
async fn what_fails_or_is_dropped_is_not_remembered() {
    let sessions = InMemorySessions::new();
    let fails = Chain::new(|_: Dynamic| Err::<String, _>("no"));
    let chain = fails.with_message_history(sessions.opener()).into_chain();
    assert!(chain.invoke_with("x", session("s")).await.is_err());
    drop(count().with_message_history(sessions.opener()).into_chain().stream_with("x", session("s")));
    assert!(sessions.session("s").get().is_empty());
    // An answer that is no message is a mistake; langchain-core only notes it.
    let number = || Chain::new(|_: Dynamic| 7_i64).with_message_history(sessions.opener()).into_chain();
    assert_eq!(number().invoke_with("x", session("s")).await.unwrap_err().kind(), ErrorKind::InputType);
    assert_eq!(number().invoke_with("x", session("s").compat(true)).await.unwrap(), 7);
    assert!(sessions.session("s").get().is_empty());
}

#[tokio::test]
async fn the_session_that_was_not_opened_for_longest_gives_way() {
    let sessions = InMemorySessions::at_most(2);
    let chain = count().with_message_history(sessions.opener()).into_chain();
    let mut seen = Vec::new();
    for id in ["a", "b", "a", "c", "a", "b"] {
        seen.push(chain.invoke_with("x", session(id)).await.unwrap());
    }
    // The third has pushed out `b`, which has to begin anew; `a` was there all the time.
    assert_eq!(seen, ["1", "1", "3", "1", "5", "1"]);
    assert_eq!(sessions.len(), 2);
    // None is kept, but the call has its own.
    let none = count().with_message_history(InMemorySessions::at_most(0).opener()).into_chain();
    assert_eq!(none.invoke_with("x", session("a")).await.unwrap(), "1");
}

#[tokio::test]
async fn the_messages_of_a_conversation_are_shared() {
    let history = InMemoryHistory::from(vec![Message::human("hello")]);
    let (one, other) = (history.messages().await.unwrap(), history.messages().await.unwrap());
    assert!(Arc::ptr_eq(&one[0], &other[0]));
    let seen = Chain::new(move |messages: Dynamic| {
        let first = messages.as_list().and_then(|list| list.get(0));
        matches!(first, Some(Dynamic::Message(first)) if Arc::ptr_eq(first, &one[0])).to_string()
    });
    let store = history.clone();
    let chain = seen.with_message_history(move |_| Arc::new(store.clone())).into_chain();
    assert_eq!(chain.invoke_with("x", session("s")).await.unwrap(), "true");
}

#[tokio::test]
async fn the_runs_have_the_names_that_users_know() {
    let sessions = InMemorySessions::new();
    let chain = count().with_message_history(sessions.opener()).into_chain();
    let (lines, _) = stream_lines(&chain, "x", session("s")).await;
    let starts: Vec<_> = lines.iter().filter_map(|line| line.strip_suffix(" start")).collect();
    assert_eq!(
        starts,
        [
            "RunnableWithMessageHistory",
            "RunnableWithMessageHistory/load_history[seq:step:1]",
            "RunnableWithMessageHistory/check_sync_or_async[seq:step:2]",
            "RunnableWithMessageHistory/check_sync_or_async/count",
        ]
    );
}
