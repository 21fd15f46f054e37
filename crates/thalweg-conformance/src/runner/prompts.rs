//! Prompt nodes.

use serde_json::Value;
use thalweg_core::prompt::{
    ChatPromptTemplate, FewShotPromptTemplate, MessageLike, MessagesPlaceholder, PromptTemplate,
};
use thalweg_core::template::TemplateFormat;
use thalweg_core::value::Dynamic;
use thalweg_core::{Error, Runnable};

use super::build::{Object, refusing, text};
use super::decode::{decode, plain};
use super::effect::Node;
use super::failure::Refusal;

fn format(node: &Object) -> Result<TemplateFormat, Refusal> {
    match node.get("format").and_then(Value::as_str).unwrap_or("f-string") {
        "f-string" => Ok(TemplateFormat::FString),
        "mustache" => Ok(TemplateFormat::Mustache),
        other => Err(Refusal::Unknown(format!("template format {other:?}"))),
    }
}

/// A prompt that could be made, or a node that fails as the making did.
fn finished<P: Runnable<Dynamic>>(made: Result<P, Error>) -> Node {
    match made {
        Ok(prompt) => prompt.into_chain().into_dynamic_output(),
        Err(error) => refusing("prompt", move || error.clone()),
    }
}

pub(super) fn string(node: &Object) -> Result<Node, Refusal> {
    let made = PromptTemplate::parse(text(node, "template")?, format(node)?);
    let partial = partial(node)?;
    Ok(finished(
        made.map(|prompt| {
            partial.into_iter().fold(prompt, |prompt, (key, value)| prompt.partial(key, value))
        }),
    ))
}

fn partial(node: &Object) -> Result<Vec<(String, Dynamic)>, Refusal> {
    let partial = node.get("partial").and_then(Value::as_object);
    partial.into_iter().flatten().map(|(key, value)| Ok((key.clone(), decode(value)?))).collect()
}

pub(super) fn few_shot(node: &Object) -> Result<Node, Refusal> {
    let list = |key: &str| node.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let optional = |key: &str| node.get(key).and_then(Value::as_str);
    let examples =
        list("examples").iter().filter_map(Value::as_object).map(plain).collect::<Result<Vec<_>, _>>()?;
    let made = PromptTemplate::from_template(text(node, "example")?)
        .and_then(|example| {
            FewShotPromptTemplate::new(examples, example, text(node, "suffix").unwrap_or_default())
        })
        .and_then(|prompt| prompt.with_prefix(optional("prefix").unwrap_or_default()))
        .map(|prompt| prompt.with_separator(optional("separator").unwrap_or("\n\n")));
    Ok(finished(made))
}

pub(super) fn chat(node: &Object) -> Result<Node, Refusal> {
    let format = format(node)?;
    let made = if let Some(template) = node.get("template").and_then(Value::as_str) {
        ChatPromptTemplate::parse([MessageLike::from(("human", template))], format)
    } else {
        let messages = node.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let messages = messages.iter().map(message).collect::<Result<Vec<_>, _>>()?;
        ChatPromptTemplate::parse(messages, format)
    };
    let partial = partial(node)?;
    Ok(finished(
        made.map(|prompt| {
            partial.into_iter().fold(prompt, |prompt, (key, value)| prompt.partial(key, value))
        }),
    ))
}

fn message(value: &Value) -> Result<MessageLike, Refusal> {
    if let Some(name) = value.get("placeholder").and_then(Value::as_str) {
        let mut placeholder = MessagesPlaceholder::new(name);
        if value.get("optional").and_then(Value::as_bool).unwrap_or(false) {
            placeholder = placeholder.optional();
        }
        if let Some(n) = value.get("n_messages").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
        {
            placeholder = placeholder.n_messages(n);
        }
        return Ok(placeholder.into());
    }
    if let Some(pair) = value.as_array() {
        let (Some(role), Some(template)) =
            (pair.first().and_then(Value::as_str), pair.get(1).and_then(Value::as_str))
        else {
            return Err(Refusal::missing("messages"));
        };
        return Ok((role, template).into());
    }
    match decode(value)? {
        Dynamic::Message(message) => Ok((*message).clone().into()),
        _ => Err(Refusal::missing("messages")),
    }
}
