//! [`convert_to_openai_messages`]: messages as the Chat Completions API has them.

use super::openai_blocks::{Converted, convert};
use crate::error::{Error, ErrorKind, Result};
use crate::message::{Block, Content, Message, ToolCall};
use crate::python;
use crate::value::{Dynamic, List, Map, Text};

/// How [`convert_to_openai_messages`] writes messages.
///
/// ```
/// use thalweg_core::message::OpenAiForm;
///
/// let form = OpenAiForm { include_ids: true, ..OpenAiForm::default() };
/// assert!(!form.text_blocks);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "three independent switches with names")]
pub struct OpenAiForm {
    /// Whether texts are written as lists of one block. Else a list of nothing but texts is written as one text,
    /// a line for each.
    pub text_blocks: bool,
    /// Whether ids of messages are written.
    pub include_ids: bool,
    /// Whether blocks of unknown kinds are an error. Else they are written as they are.
    pub reject_unknown_blocks: bool,
}

/// The messages as objects of the Chat Completions API.
///
/// Blocks in the forms of OpenAI, Anthropic and Bedrock, and the standard ones, are converted; calls of tools
/// among the blocks become `tool_calls`, and their results messages of their own.
///
/// ```
/// use thalweg_core::message::{Message, OpenAiForm, convert_to_openai_messages};
///
/// let written = convert_to_openai_messages(&[Message::human("Hi")], OpenAiForm::default())?;
/// assert_eq!(written[0].get("role").and_then(|role| role.as_str()), Some("user"));
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Unsupported`] for blocks that lack what their kind needs, that the API cannot take, or that are of
/// an unknown kind if these are to be rejected; and for the wish to remove a message.
pub fn convert_to_openai_messages(messages: &[Message], form: OpenAiForm) -> Result<Vec<Map>> {
    let mut out = Vec::with_capacity(messages.len());
    for message in messages {
        write(message, form, &mut out)?;
    }
    Ok(out)
}

/// The role of a message as the API names it.
pub(super) fn role(message: &Message) -> &str {
    match message {
        Message::Human(_) => "user",
        Message::Ai(_) => "assistant",
        Message::System(system) => {
            system.additional_kwargs.get("__openai_role__").and_then(Dynamic::as_str).unwrap_or("system")
        }
        Message::Tool(_) => "tool",
        Message::Function(_) => "function",
        Message::Chat(chat) => &chat.role,
        Message::Remove(_) => "",
    }
}

fn write(message: &Message, form: OpenAiForm, out: &mut Vec<Map>) -> Result<()> {
    if matches!(message, Message::Remove(_)) {
        return Err(Error::new(ErrorKind::Unsupported, "the wish to remove a message is nothing to send"));
    }
    let mut object = Map::new();
    object.insert("role", role(message));
    if let Some(name) = message.name().filter(|name| !name.is_empty()) {
        object.insert("name", name.clone());
    }
    let own_calls: &[ToolCall] = message.as_ai().map_or(&[], |ai| &ai.tool_calls);
    let mut calls: Vec<Dynamic> = own_calls.iter().map(tool_call).collect();
    if let Some(refusal) = message.additional_kwargs().get("refusal").filter(|refusal| !refusal.is_null()) {
        object.insert("refusal", refusal.clone());
    }
    if let Message::Tool(tool) = message {
        object.insert("tool_call_id", tool.tool_call_id.clone());
    }
    if let Some(id) = message.id().filter(|id| form.include_ids && !id.is_empty()) {
        object.insert("id", id.clone());
    }
    let mut results = Vec::new();
    let content = match message.content() {
        content if content.is_empty() && form.text_blocks => List::new().into(),
        content if content.is_empty() => Text::EMPTY.into(),
        Content::Text(text) if form.text_blocks => List::from(vec![text_block(text.clone())]).into(),
        Content::Text(text) => text.clone().into(),
        Content::Blocks(blocks) => match texts(blocks, form) {
            Some(text) => text.into(),
            None => write_blocks(blocks, own_calls, form, &mut calls, &mut results)?,
        },
    };
    if !calls.is_empty() {
        object.insert("tool_calls", List::from(calls));
    }
    let only_results = !message.content().is_empty() && is_empty(&content) && !results.is_empty();
    if !only_results {
        object.insert("content", content);
        out.push(object);
    }
    results.iter().try_for_each(|result| write(result, OpenAiForm { include_ids: false, ..form }, out))
}

fn is_empty(content: &Dynamic) -> bool {
    content.as_list().is_some_and(List::is_empty) || content.as_str().is_some_and(str::is_empty)
}

fn tool_call(call: &ToolCall) -> Dynamic {
    let arguments = python::dump_json(&call.args.clone().into(), false);
    raw_call(call.id.clone().into(), call.name.clone().into(), arguments.into())
}

/// A call of a tool in the API's form.
pub(super) fn raw_call(id: Dynamic, name: Dynamic, arguments: Dynamic) -> Dynamic {
    let function: Map = [("name", name), ("arguments", arguments)].into_iter().collect();
    let call: Map =
        [("type", "function".into()), ("id", id), ("function", function.into())].into_iter().collect();
    call.into()
}

/// A text block.
pub(super) fn text_block(text: impl Into<Dynamic>) -> Dynamic {
    let block: Map = [("type", "text".into()), ("text", text.into())].into_iter().collect();
    block.into()
}

/// All blocks as one text, a line for each, if they are nothing but texts and are to be written so.
fn texts(blocks: &[Block], form: OpenAiForm) -> Option<String> {
    if form.text_blocks {
        return None;
    }
    let texts: Option<Vec<&str>> = blocks.iter().map(Block::as_text).collect();
    texts.map(|texts| texts.join("\n"))
}

fn write_blocks(
    blocks: &[Block],
    own_calls: &[ToolCall],
    form: OpenAiForm,
    calls: &mut Vec<Dynamic>,
    results: &mut Vec<Message>,
) -> Result<Dynamic> {
    let mut written = Vec::new();
    for block in blocks {
        let map = match block {
            Block::Text(text) => {
                written.push(text_block(text.clone()));
                continue;
            }
            Block::Object(map) => map,
        };
        let is_new = |id: Option<&Dynamic>| {
            let id = id.and_then(Dynamic::as_str);
            !own_calls.iter().any(|call| call.id.as_deref() == id)
        };
        match convert(map)? {
            Converted::Block(block) => written.push(block),
            Converted::Call { id, name, arguments, keep } => {
                if is_new(id.as_ref()) {
                    calls.push(raw_call(id.unwrap_or_default(), name, arguments));
                }
                if keep && !form.reject_unknown_blocks {
                    written.push(map.clone().into());
                }
            }
            Converted::Result(result) => results.push(*result),
            Converted::Unknown if form.reject_unknown_blocks => {
                return Err(Error::new(ErrorKind::Unsupported, "a content block of an unknown kind")
                    .with("block", map_text(map)));
            }
            Converted::Unknown => written.push(map.clone().into()),
        }
    }
    let text = |block: &Dynamic| {
        let is_text = block.get("type").and_then(Dynamic::as_str) == Some("text");
        block.get("text").and_then(Dynamic::as_str).filter(|_| is_text).map(str::to_owned)
    };
    if !form.text_blocks
        && let Some(texts) = written.iter().map(text).collect::<Option<Vec<_>>>()
    {
        return Ok(texts.join("\n").into());
    }
    Ok(List::from(written).into())
}

pub(super) fn map_text(map: &Map) -> String {
    Dynamic::from(map.clone()).to_string()
}
