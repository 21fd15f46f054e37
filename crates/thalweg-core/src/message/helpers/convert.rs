//! [`convert_to_messages`]: messages from the many ways in which they are written down.

use crate::error::{Error, ErrorKind, Result};
use crate::message::args::parse_whole;
use crate::message::{
    AiMessage, ChatMessage, Content, Message, PlainMessage, ToolCall, ToolMessage, ToolStatus,
};
use crate::python;
use crate::value::{Dynamic, Map, Text};

/// The messages that a value stands for: a list of what [`Message::from_dynamic`] takes, or a prompt.
///
/// ```
/// use thalweg_core::message::{Message, convert_to_messages};
/// use thalweg_core::value::Dynamic;
///
/// let written = Dynamic::parse(r#"[["system", "Be kind."], {"role": "user", "content": "Hi"}, "Hello?"]"#)?;
/// let messages = convert_to_messages(&written)?;
/// assert_eq!(messages, [Message::system("Be kind."), Message::human("Hi"), Message::human("Hello?")]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::InputType`] when one of them stands for no message.
pub fn convert_to_messages(value: &Dynamic) -> Result<Vec<Message>> {
    match value {
        Dynamic::Prompt(prompt) => Ok(prompt.to_messages()),
        Dynamic::List(list) => list.iter().map(Message::from_dynamic).collect(),
        other => Err(Error::input_type("convert_to_messages", "a list of messages", other.type_name())),
    }
}

impl Message {
    /// The message that a value stands for: a message or a piece of one; a text, which a person says; a list of
    /// role and content; an object with `role` or `type` and `content`, as the OpenAI API has it or as messages
    /// serialize here.
    ///
    /// Keys of an object that messages do not have go into `additional_kwargs`.
    ///
    /// # Errors
    /// [`ErrorKind::InputType`] when it stands for no message.
    pub fn from_dynamic(value: &Dynamic) -> Result<Self> {
        match value {
            Dynamic::Message(message) => Ok((**message).clone()),
            Dynamic::Chunk(chunk) => Ok((**chunk).clone().into_message()),
            Dynamic::Text(text) => Ok(Self::human(text.clone())),
            Dynamic::List(pair) => match (pair.get(0), pair.get(1), pair.len()) {
                (Some(Dynamic::Text(role)), Some(content), 2) => from_parts(role, content, Map::new()),
                _ => Err(no_message("a list must be of a role and a content")),
            },
            Dynamic::Map(map) => from_map(map),
            other => Err(Error::input_type("a message", "a text, a list or an object", other.type_name())),
        }
    }

    /// A message of a role by its usual names: `human` or `user`, `ai` or `assistant`, `system` or `developer`.
    ///
    /// # Errors
    /// [`ErrorKind::InputType`] when there is no such role, or its messages need more than a content.
    pub fn from_role(role: &str, content: impl Into<Content>) -> Result<Self> {
        from_parts(role, &content.into().to_dynamic(), Map::new())
    }
}

/// A role and a text.
impl TryFrom<(&str, &str)> for Message {
    type Error = Error;

    fn try_from((role, text): (&str, &str)) -> Result<Self> {
        Self::from_role(role, text)
    }
}

fn no_message(why: impl Into<Text>) -> Error {
    Error::new(ErrorKind::InputType, why)
}

fn from_map(map: &Map) -> Result<Message> {
    if let Some(envelope) = from_envelope(map) {
        return from_map(&envelope?);
    }
    let mut rest = map.clone();
    let is_own_chat = map.get("type").and_then(Dynamic::as_str) == Some("chat");
    let role = match (rest.remove("role"), is_own_chat) {
        (Some(role), false) => Some(role),
        (role, _) => {
            let kind = rest.remove("type");
            if let (Some(role), true) = (role, is_own_chat) {
                rest.insert("role", role);
            }
            kind
        }
    };
    let (Some(Dynamic::Text(role)), Some(content)) = (role, rest.remove("content")) else {
        return Err(no_message("an object needs role and content to be a message"));
    };
    match content {
        Dynamic::List(list) if list.is_empty() => from_parts(&role, &Dynamic::Null, rest),
        content => from_parts(&role, &content, rest),
    }
}

/// The fields of a message in the form in which the field stores objects: `lc`, `id` and `kwargs`.
fn from_envelope(map: &Map) -> Option<Result<Map>> {
    if map.get("lc")?.as_i64()? != 1 || map.get("type")?.as_str()? != "constructor" {
        return None;
    }
    let fields = map.get("kwargs")?.as_map()?;
    let class = map.get("id")?.as_list()?.last()?.as_str()?;
    let kind = match class.strip_suffix("Chunk").unwrap_or(class) {
        "HumanMessage" => "human",
        "AIMessage" => "ai",
        "SystemMessage" => "system",
        "FunctionMessage" => "function",
        "ToolMessage" => "tool",
        "RemoveMessage" => "remove",
        "ChatMessage" => "chat",
        _ => return Some(Err(no_message(format!("{class} is no kind of message")))),
    };
    let mut out = fields.clone();
    out.insert("type", kind);
    if kind == "remove" && !out.contains_key("content") {
        out.insert("content", "");
    }
    Some(Ok(out))
}

/// The message of a role, with what an object has besides role and content.
fn from_parts(role: &str, content: &Dynamic, mut rest: Map) -> Result<Message> {
    let mut take = |key: &str| rest.remove(key).filter(|value| !value.is_null());
    let (name, id, tool_call_id) = (take("name"), take("id"), take("tool_call_id"));
    let (tool_calls, metadata) = (take("tool_calls"), take("response_metadata"));
    let (artifact, status) = match role {
        "tool" => (take("artifact"), take("status")),
        _ => (None, None),
    };
    let (usage, invalid) = match role {
        "ai" | "assistant" => (take("usage_metadata"), take("invalid_tool_calls")),
        _ => (None, None),
    };
    let chat_role = if role == "chat" { take("role") } else { None };
    if let Some(Dynamic::Map(more)) = rest.remove("additional_kwargs") {
        for (key, value) in more {
            rest.insert(key, value);
        }
    }
    if matches!(role, "human" | "user" | "ai" | "assistant") {
        rest.remove("example");
    }
    if role == "developer" {
        rest.insert("__openai_role__", "developer");
    }
    let content = match role {
        "tool" => tool_content(content),
        _ => Content::from_dynamic(content)?,
    };
    let mut base = PlainMessage {
        content,
        id: id.as_ref().map(text_of),
        name: name.as_ref().map(text_of),
        additional_kwargs: rest,
        response_metadata: metadata.as_ref().and_then(Dynamic::as_map).cloned().unwrap_or_default(),
    };
    let missing = |what: &str| no_message(format!("a message of the role {role} needs {what}"));
    match role {
        "human" | "user" => Ok(Message::Human(base)),
        "system" | "developer" => Ok(Message::System(base)),
        "ai" | "assistant" => {
            let mut ai = AiMessage {
                content: std::mem::take(&mut base.content),
                id: base.id,
                name: base.name,
                tool_calls: tool_calls.as_ref().map(calls).transpose()?.unwrap_or_default(),
                invalid_tool_calls: invalid.map(|list| list.to()).transpose()?.unwrap_or_default(),
                usage_metadata: usage.map(|usage| usage.to()).transpose()?,
                additional_kwargs: base.additional_kwargs,
                response_metadata: base.response_metadata,
            };
            ai.adopt_provider_calls();
            Ok(Message::Ai(ai))
        }
        "function" if base.name.is_none() => Err(missing("a name")),
        "function" => Ok(Message::Function(base)),
        "tool" => Ok(Message::Tool(ToolMessage {
            base,
            tool_call_id: tool_call_id.as_ref().map(text_of).ok_or_else(|| missing("a tool_call_id"))?,
            artifact: artifact.unwrap_or_default(),
            status: match status.as_ref().and_then(Dynamic::as_str) {
                Some("error") => ToolStatus::Error,
                _ => ToolStatus::Success,
            },
        })),
        "chat" => {
            let role = chat_role.as_ref().map(text_of).ok_or_else(|| missing("a role"))?;
            Ok(Message::Chat(ChatMessage { base, role }))
        }
        "remove" => base.id.map(Message::Remove).ok_or_else(|| missing("an id")),
        _ => Err(no_message(format!(
            "there is no role {role}; there are human, user, ai, assistant, system, developer, tool and function"
        ))),
    }
}

/// A text as it is; of a number or another value its text in Python.
fn text_of(value: &Dynamic) -> Text {
    match value {
        Dynamic::Text(text) => text.clone(),
        other => python::repr(other).into(),
    }
}

/// What a tool gave, which may be anything: what is neither text nor object becomes its text.
fn tool_content(content: &Dynamic) -> Content {
    match content {
        Dynamic::Null => Content::default(),
        Dynamic::List(list) => Content::Blocks(
            list.iter()
                .map(|element| match element {
                    Dynamic::Map(map) => map.clone().into(),
                    other => text_of(other).as_str().into(),
                })
                .collect(),
        ),
        other => Content::Text(text_of(other)),
    }
}

/// Tool calls as messages have them, or as the OpenAI API does.
fn calls(value: &Dynamic) -> Result<Vec<ToolCall>> {
    let wrong = || no_message("a tool call needs name and arguments");
    let call = |call: &Dynamic| {
        let Some(function) = call.get("function") else { return call.to() };
        let arguments = function.get("arguments").ok_or_else(wrong)?;
        let args = match arguments {
            Dynamic::Text(text) => parse_whole(text).ok_or_else(wrong)?,
            other => other.clone(),
        };
        Ok(ToolCall {
            name: function.get("name").and_then(Dynamic::as_str).ok_or_else(wrong)?.into(),
            args: args.as_map().ok_or_else(wrong)?.clone(),
            id: call.get("id").and_then(Dynamic::as_str).map(Text::from),
        })
    };
    value.as_list().ok_or_else(wrong)?.iter().map(call).collect()
}
