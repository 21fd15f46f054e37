//! What a content block becomes in the Chat Completions API.

use super::openai::{map_text, text_block};
use crate::error::{Error, ErrorKind, Result};
use crate::message::{Content, Message, ToolMessage, ToolStatus};
use crate::python;
use crate::value::{Dynamic, Map};

/// What becomes of a block.
pub(super) enum Converted {
    /// A block of the message.
    Block(Dynamic),
    /// A call of a tool; `keep`: the block stays besides.
    Call { id: Option<Dynamic>, name: Dynamic, arguments: Dynamic, keep: bool },
    /// The result of a tool, a message of its own.
    Result(Box<Message>),
    /// It is of no kind that is known here.
    Unknown,
}

pub(super) fn convert(block: &Map) -> Result<Converted> {
    let kind = text_at(block, "type").unwrap_or_default();
    let has = |key| block.contains_key(key);
    Ok(match kind {
        "text" => Converted::Block(text_block(need(block, "text")?.clone())),
        "image_url" => Converted::Block(object([
            ("type", "image_url".into()),
            ("image_url", need(block, "image_url")?.clone()),
        ])),
        "image" | "audio" | "file" | "video" | "text-plain" if is_media(block) => {
            Converted::Block(media(block, kind)?)
        }
        "image" => Converted::Block(foreign_image(block)?),
        _ if has("image") => Converted::Block(foreign_image(block)?),
        "file" if inner_text(block, "file", "file_data") => Converted::Block(named_file(block)),
        "input_audio"
            if inner_text(block, "input_audio", "data") && inner_text(block, "input_audio", "format") =>
        {
            Converted::Block(block.clone().into())
        }
        "tool_use" => Converted::Call {
            id: Some(need(block, "id")?.clone()),
            name: need(block, "name")?.clone(),
            arguments: python::dump_json(need(block, "input")?, false).into(),
            keep: false,
        },
        "function_call" => Converted::Call {
            id: block.get("call_id").cloned(),
            name: block.get("name").cloned().unwrap_or_default(),
            arguments: block.get("arguments").cloned().unwrap_or_default(),
            keep: true,
        },
        "tool_result" => Converted::Result(Box::new(result(block)?)),
        _ if kind == "json" || has("json") => {
            Converted::Block(text_block(python::dump_json(need(block, "json")?, true)))
        }
        _ if kind == "guard_content" || has("guard_content") => {
            let guarded = need(block, "guard_content")?;
            let text = guarded.get("text").ok_or_else(|| lacks(block, "text"))?;
            Converted::Block(text_block(text.get("text").unwrap_or(text).clone()))
        }
        "media" => {
            let (mime_type, data) = (need_text(block, "mime_type")?, need_text(block, "data")?);
            if !mime_type.contains("image") {
                return Err(unsupported("the API takes texts and pictures only", block));
            }
            Converted::Block(image_url(format!("data:{mime_type};base64,{data}")))
        }
        "thinking" | "reasoning" => Converted::Block(block.clone().into()),
        _ => Converted::Unknown,
    })
}

fn text_at<'a>(map: &'a Map, key: &str) -> Option<&'a str> {
    map.get(key)?.as_str()
}

fn inner_text(block: &Map, outer: &str, inner: &str) -> bool {
    block.get(outer).and_then(|object| object.get(inner)).is_some_and(|value| value.as_str().is_some())
}

fn need<'a>(block: &'a Map, key: &str) -> Result<&'a Dynamic> {
    block.get(key).ok_or_else(|| lacks(block, key))
}

fn need_text<'a>(block: &'a Map, key: &str) -> Result<&'a str> {
    text_at(block, key).ok_or_else(|| lacks(block, key))
}

fn lacks(block: &Map, key: &str) -> Error {
    unsupported("a content block lacks a key", block).with("key", key)
}

fn unsupported(why: &'static str, block: &Map) -> Error {
    Error::new(ErrorKind::Unsupported, why).with("block", map_text(block))
}

fn object<const N: usize>(entries: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Map(entries.into_iter().collect())
}

fn image_url(url: impl Into<Dynamic>) -> Dynamic {
    object([("type", "image_url".into()), ("image_url", object([("url", url.into())]))])
}

/// Whether it is a standard block of media, in today's form or with the older `source_type`.
fn is_media(block: &Map) -> bool {
    let has = |key| block.contains_key(key);
    if has("url") || has("base64") || has("file_id") || has("text") {
        return true;
    }
    match text_at(block, "source_type") {
        Some("base64") => has("data"),
        Some("id") => has("id"),
        _ => false,
    }
}

fn media(block: &Map, kind: &str) -> Result<Dynamic> {
    let has = |key| block.contains_key(key);
    let older = has("source_type");
    let is_base64 = has("base64") || text_at(block, "source_type") == Some("base64");
    let data = || need_text(block, if older && has("data") { "data" } else { "base64" });
    match kind {
        "image" if has("url") => Ok(image_url(need(block, "url")?.clone())),
        "image" if is_base64 => {
            Ok(image_url(format!("data:{};base64,{}", need_text(block, "mime_type")?, data()?)))
        }
        "audio" if is_base64 => {
            let format = need_text(block, "mime_type")?.rsplit('/').next().unwrap_or_default();
            let audio = object([("data", data()?.into()), ("format", format.into())]);
            Ok(object([("type", "input_audio".into()), ("input_audio", audio)]))
        }
        "file" if is_base64 => {
            let data = format!("data:{};base64,{}", need_text(block, "mime_type")?, data()?);
            let file = object([("file_data", data.into()), ("filename", file_name(block))]);
            Ok(object([("type", "file".into()), ("file", file)]))
        }
        "file" if has("file_id") || text_at(block, "source_type") == Some("id") => {
            let id = need(block, if older { "id" } else { "file_id" })?;
            let file = object([("file_id", id.clone()), ("filename", FILE_NAME.into())]);
            Ok(object([("type", "file".into()), ("file", file)]))
        }
        _ => Err(unsupported("the API cannot take this block", block)),
    }
}

/// What a file without a name is called; the API wants one.
const FILE_NAME: &str = "LC_AUTOGENERATED";

fn file_name(block: &Map) -> Dynamic {
    let inner = |key: &str| block.get(key).and_then(|object| object.get("filename"));
    let own = block.get("filename").filter(|name| name.as_str().is_none_or(|name| !name.is_empty()));
    own.or_else(|| inner("extras")).or_else(|| inner("metadata")).cloned().unwrap_or_else(|| FILE_NAME.into())
}

/// A file in the API's own form, with a name.
fn named_file(block: &Map) -> Dynamic {
    let mut block = block.clone();
    if let Some(Dynamic::Map(file)) = block.get_mut("file")
        && file.get("filename").is_none_or(Dynamic::is_null)
    {
        file.insert("filename", FILE_NAME);
    }
    block.into()
}

/// A picture as Anthropic (`source`) or Bedrock (`image`) have it, with its bytes as base64.
fn foreign_image(block: &Map) -> Result<Dynamic> {
    if let Some(Dynamic::Map(source)) = block.get("source") {
        let (media_type, kind) = (need_text(source, "media_type")?, need_text(source, "type")?);
        return Ok(image_url(format!("data:{media_type};{kind},{}", need_text(source, "data")?)));
    }
    if let Some(Dynamic::Map(image)) = block.get("image") {
        let bytes = need(image, "source")?.get("bytes").and_then(Dynamic::as_str);
        let bytes = bytes.ok_or_else(|| lacks(block, "bytes"))?;
        return Ok(image_url(format!("data:image/{};base64,{bytes}", need_text(image, "format")?)));
    }
    Err(lacks(block, "source"))
}

/// The result of a tool as Anthropic has it.
fn result(block: &Map) -> Result<Message> {
    let content = Content::from_dynamic(need(block, "content")?)?;
    let failed = block.get("is_error").and_then(Dynamic::as_bool) == Some(true);
    let status = if failed { ToolStatus::Error } else { ToolStatus::Success };
    Ok(Message::Tool(ToolMessage::new(content, need_text(block, "tool_use_id")?).with_status(status)))
}
