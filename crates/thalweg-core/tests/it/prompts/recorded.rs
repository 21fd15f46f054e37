//! Whole prompts as langchain-core formats them.

use thalweg_core::message::{Content, Message};
use thalweg_core::prompt::{
    ChatPromptTemplate, FewShotPromptTemplate, MessageLike, MessagesPlaceholder, PromptTemplate,
};
use thalweg_core::template::TemplateFormat;
use thalweg_core::value::{Dynamic, Map, Text};
use thalweg_core::{Error, Result};

use crate::templates::{class, recorded, recorded_class};

#[test]
fn chat_prompts() {
    compare("chat.jsonl", chat);
}

#[test]
fn few_shot_prompts() {
    compare("few-shot.jsonl", few_shot);
}

/// What is compared: the variables, the optional ones, and what the input makes.
struct Made {
    names: Vec<Text>,
    optional: Vec<Text>,
    out: Result<Dynamic>,
}

fn compare(file: &str, make: fn(&Dynamic) -> Result<Made>) {
    let cases = recorded(file);
    let differing: Vec<String> = cases
        .iter()
        .filter_map(|case| difference(case, make(case)).map(|why| format!("{case}\n    {why}")))
        .collect();
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), cases.len(), differing.join("\n"));
}

fn difference(case: &Dynamic, made: Result<Made>) -> Option<String> {
    let text = |key: &str| case.get(key).and_then(Dynamic::as_str);
    let refused = text("at") == Some("parse") || text("error") == Some("parse");
    let made = match made {
        Ok(_) if refused => return Some("was accepted".into()),
        Ok(made) => made,
        Err(_) if refused => return None,
        Err(error) => return Some(format!("was refused: {error}")),
    };
    let names = Dynamic::from(made.names);
    let optional = Dynamic::from(made.optional);
    if Some(&names) != case.get("names") || case.get("optional").is_some_and(|expected| *expected != optional)
    {
        return Some(format!("variables {names}, optional {optional}"));
    }
    match (made.out, case.get("out")) {
        (Ok(out), expected) => (Some(&out) != expected).then(|| format!("made {out}")),
        (Err(error), None) if recorded_class(case) == Some(class(&error)) => None,
        (Err(error), _) => Some(format!("failed: {error}")),
    }
}

fn chat(case: &Dynamic) -> Result<Made> {
    let format: TemplateFormat = case.get("format").and_then(Dynamic::as_str).unwrap().parse()?;
    let messages = case.get("messages").and_then(Dynamic::as_list).unwrap();
    let mut prompt = ChatPromptTemplate::parse(messages.iter().map(entry), format)?;
    for (name, value) in partial(case) {
        prompt = prompt.partial(name, value);
    }
    let out = case.get("input").map_or(Err(Error::input_type("", "", "")), |input| {
        let messages = prompt.format_input(&decoded(input))?.into_messages();
        Ok(Dynamic::List(messages.iter().map(encoded).collect()))
    });
    Ok(Made { names: prompt.input_variables().to_vec(), optional: prompt.optional_variables().to_vec(), out })
}

fn few_shot(case: &Dynamic) -> Result<Made> {
    let text = |key: &str| case.get(key).and_then(Dynamic::as_str).unwrap();
    let examples = case.get("examples").and_then(Dynamic::as_list).unwrap();
    let examples = examples.iter().map(|example| example.as_map().unwrap().clone());
    let example = PromptTemplate::from_template(text("example"))?;
    let mut prompt = FewShotPromptTemplate::new(examples, example, text("suffix"))?
        .with_prefix(text("prefix"))?
        .with_separator(text("separator"));
    for (name, value) in partial(case) {
        prompt = prompt.partial(name, value);
    }
    let out = case.get("input").map_or(Err(Error::input_type("", "", "")), |input| {
        Ok(prompt.format_input(input)?.into_messages()[0].content().to_dynamic())
    });
    Ok(Made { names: prompt.input_variables().to_vec(), optional: Vec::new(), out })
}

fn partial(case: &Dynamic) -> Map {
    case.get("partial").and_then(Dynamic::as_map).cloned().unwrap_or_default()
}

/// An entry of a chat prompt as it is written in a case.
fn entry(written: &Dynamic) -> MessageLike {
    match written {
        Dynamic::Text(text) => text.as_str().into(),
        Dynamic::List(pair) => {
            (pair.get(0).and_then(Dynamic::as_str).unwrap(), pair.get(1).unwrap().clone()).into()
        }
        object if object.get("$").is_some() => message(object).into(),
        object => {
            let name = object.get("placeholder").and_then(Dynamic::as_str).unwrap();
            let mut placeholder = MessagesPlaceholder::new(name);
            if object.get("optional").and_then(Dynamic::as_bool) == Some(true) {
                placeholder = placeholder.optional();
            }
            if let Some(n) = object.get("n_messages").and_then(Dynamic::as_i64) {
                placeholder = placeholder.n_messages(n.try_into().unwrap());
            }
            placeholder.into()
        }
    }
}

fn message(object: &Dynamic) -> Message {
    let content = Content::from_dynamic(object.get("content").unwrap()).unwrap();
    match object.get("$").and_then(Dynamic::as_str).unwrap() {
        "HumanMessage" => Message::human(content),
        "AIMessage" => Message::ai(content),
        _ => Message::system(content),
    }
}

/// The value with its messages read.
fn decoded(value: &Dynamic) -> Dynamic {
    match value {
        Dynamic::Map(map) if map.contains_key("$") => message(value).into(),
        Dynamic::Map(map) => {
            Dynamic::Map(map.iter().map(|(key, value)| (key.clone(), decoded(value))).collect())
        }
        Dynamic::List(list) => Dynamic::List(list.iter().map(decoded).collect()),
        other => other.clone(),
    }
}

fn encoded(message: &Message) -> Dynamic {
    let class = match message {
        Message::Human(_) => "HumanMessage",
        Message::Ai(_) => "AIMessage",
        Message::System(_) => "SystemMessage",
        other => other.kind(),
    };
    let fields = [("$", class.into()), ("content", message.content().to_dynamic())];
    Dynamic::Map(fields.into_iter().collect())
}
