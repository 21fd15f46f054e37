//! Chat prompts put together from parts.

use thalweg_core::ErrorKind;
use thalweg_core::message::{Block, Content, Message};
use thalweg_core::prompt::{
    ChatPromptTemplate, FewShotChatPromptTemplate, MessageLike, MessageTemplate, MessagesPlaceholder,
};
use thalweg_core::value::{Dynamic, Map};

use crate::templates::vars;

fn prompt(messages: impl IntoIterator<Item = (&'static str, &'static str)>) -> ChatPromptTemplate {
    ChatPromptTemplate::from_messages(messages).unwrap()
}

#[test]
fn prompts_add_up() {
    let sum = (prompt([("system", "{a}")]).partial("a", "A") + prompt([("human", "{b}")]).partial("b", "B"))
        .unwrap();
    let sum = ((sum + Message::ai("fixed {x}")).unwrap() + "{q}").unwrap();
    let sum = (sum + ("ai", "{r}")).unwrap();
    assert_eq!(sum.input_variables(), ["q", "r"]);
    let messages = sum.format_messages(&vars([("q", "Q".into()), ("r", "R".into())])).unwrap();
    let expected = [
        Message::system("A"),
        Message::human("B"),
        Message::ai("fixed {x}"),
        Message::human("Q"),
        Message::ai("R"),
    ];
    assert_eq!(messages, expected);
    assert_eq!((prompt([("human", "x")]) + "{").unwrap_err().kind(), ErrorKind::Template);
    assert_eq!((prompt([("human", "x")]) + ("nobody", "x")).unwrap_err().kind(), ErrorKind::Template);
}

#[test]
fn the_right_partial_counts() {
    let sum =
        (prompt([("system", "{a}")]).partial("a", 1) + prompt([("human", "{a}")]).partial("a", 2)).unwrap();
    assert_eq!(sum.format_messages(&Map::new()).unwrap(), [Message::system("2"), Message::human("2")]);
}

#[test]
fn a_prompt_in_a_prompt_keeps_its_partials() {
    let inner = prompt([("ai", "{a}")]).partial("a", "inner");
    let outer =
        ChatPromptTemplate::from_messages([MessageLike::from(inner), ("human", "{a}").into()]).unwrap();
    assert_eq!(outer.input_variables(), ["a"]);
    let messages = outer.format_messages(&vars([("a", "given".into())])).unwrap();
    assert_eq!(messages, [Message::ai("given"), Message::human("given")]);
}

#[test]
fn an_optional_placeholder_is_a_list_for_the_others_too() {
    let prompt = prompt([("placeholder", "{history}"), ("human", "before: {history}")]);
    assert!(prompt.input_variables().is_empty());
    assert_eq!(prompt.format_messages(&Map::new()).unwrap(), [Message::human("before: []")]);
}

#[test]
fn few_shot_messages_stand_in_their_place() {
    let examples =
        [("2+2", "4"), ("2+3", "5")].map(|(i, o)| vars([("input", i.into()), ("output", o.into())]));
    let few_shot =
        FewShotChatPromptTemplate::new(examples, prompt([("human", "{input}"), ("ai", "{output}")]));
    let whole = ChatPromptTemplate::from_messages([
        MessageLike::from(("system", "Calculate.")),
        few_shot.into(),
        ("human", "{input}").into(),
    ])
    .unwrap();
    assert_eq!(whole.input_variables(), ["input"]);
    let messages = whole.format_input(&"4+4".into()).unwrap().into_messages();
    let texts: Vec<_> = messages.iter().map(Message::text).collect();
    assert_eq!(texts, ["Calculate.", "2+2", "4", "2+3", "5", "4+4"]);
}

#[test]
fn an_example_without_its_variable_fails() {
    let few_shot = FewShotChatPromptTemplate::new([Map::new()], prompt([("human", "{input}")]));
    assert_eq!(few_shot.format_messages().unwrap_err().kind(), ErrorKind::MissingVariable);
}

#[test]
fn pictures_and_other_parts() {
    let parts = Dynamic::parse(
        r#"["What is this, {name}?", {"image_url": {"url": "https://example.org/{id}.png", "detail": "{detail}"}},
            {"type": "audio", "url": "{audio}", "tags": ["{name}", 1]}, "{empty}"]"#,
    )
    .unwrap();
    let prompt = ChatPromptTemplate::from_messages([("human", parts)]).unwrap();
    assert_eq!(prompt.input_variables(), ["audio", "detail", "empty", "id", "name"]);
    let vars = ["audio", "detail", "empty", "id", "name"].map(|name| (name, Dynamic::from(name)));
    let mut vars: Map = vars.into_iter().collect();
    vars.insert("empty", "");
    let messages = prompt.format_messages(&vars).unwrap();
    let expected = r#"[{"type": "text", "text": "What is this, name?"},
        {"type": "image_url", "image_url": {"url": "https://example.org/id.png", "detail": "detail"}},
        {"type": "audio", "url": "audio", "tags": ["name", 1]}]"#;
    assert_eq!(messages[0].content().to_dynamic(), Dynamic::parse(expected).unwrap());
}

#[test]
fn blocks_are_parts_too() {
    let blocks = vec![Block::text("Hello {name}"), Block::from("bye")];
    let prompt = ChatPromptTemplate::from_messages([("ai", blocks)]).unwrap();
    let messages = prompt.format_input(&"Ada".into()).unwrap().into_messages();
    assert_eq!(messages, [Message::ai(Content::from([Block::text("Hello Ada"), Block::text("bye")]))]);
}

#[test]
fn what_is_no_content_is_refused() {
    for content in [
        "5",
        "[5]",
        r#"[{"image_url": {"path": "/etc/passwd"}}]"#,
        r#"[{"image_url": {"detail": "high"}}]"#,
        r#"[{"type": "x", "text": "{"}]"#,
    ] {
        let content = Dynamic::parse(content).unwrap();
        let error = ChatPromptTemplate::from_messages([("human", content)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Template);
    }
    let picture = Dynamic::parse(r#"[{"image_url": "{url}"}]"#).unwrap();
    let prompt = ChatPromptTemplate::from_messages([("human", picture)]).unwrap();
    assert_eq!(prompt.format_input(&"".into()).unwrap_err().kind(), ErrorKind::Template);
}

#[test]
fn a_placeholder_takes_only_messages() {
    let prompt = (prompt([]) + MessagesPlaceholder::new("history")).unwrap();
    for wrong in [
        "\"text\"",
        "null",
        r#"{"role": "human", "content": "x"}"#,
        "[[\"human\"]]",
        "[5]",
        r#"[["nobody", "x"]]"#,
    ] {
        let history = Dynamic::parse(wrong).unwrap();
        let error = prompt.format(&vars([("history", history)])).unwrap_err();
        assert_eq!(
            (error.kind(), error.fact("placeholder")),
            (ErrorKind::InputType, Some("history")),
            "{wrong}"
        );
    }
}

#[test]
fn a_role_of_ones_own() {
    let template = MessageTemplate::chat("critic", "{x}?").unwrap();
    let prompt = ChatPromptTemplate::from_messages([template]).unwrap();
    assert_eq!(
        prompt.format_input(&"Why".into()).unwrap().into_messages(),
        [Message::chat("critic", "Why?")]
    );
}
