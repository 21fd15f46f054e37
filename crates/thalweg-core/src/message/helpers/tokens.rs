//! [`count_tokens_approximately`]: about how many tokens messages have.

use crate::message::{Block, Content, Message, ToolCall};
use crate::python;
use crate::value::{Dynamic, List};

const CHARS_PER_TOKEN: usize = 4;
const TOKENS_PER_MESSAGE: usize = 3;
const TOKENS_PER_IMAGE: usize = 85;

/// About how many tokens messages have: a quarter of their characters, three for each message, 85 for each
/// picture. Good enough to keep a conversation within bounds, see [`trim_messages`](super::trim_messages).
///
/// ```
/// use thalweg_core::message::{Message, count_tokens_approximately};
///
/// assert_eq!(count_tokens_approximately(&[Message::human("How are you?")]), 7);
/// ```
pub fn count_tokens_approximately(messages: &[Message]) -> usize {
    messages.iter().map(of_message).sum()
}

fn of_message(message: &Message) -> usize {
    let mut chars = 0;
    let mut tokens = TOKENS_PER_MESSAGE;
    match message.content() {
        Content::Text(text) => chars += length(text),
        Content::Blocks(blocks) => {
            for block in blocks {
                match (block, block.kind()) {
                    (Block::Text(text), _) => chars += length(text),
                    (_, Some("image" | "image_url")) => tokens += TOKENS_PER_IMAGE,
                    (_, Some("text")) => {
                        chars += block.get("text").and_then(Dynamic::as_str).map_or(0, length);
                    }
                    (Block::Object(map), _) => chars += length(&python::repr(&map.clone().into())),
                }
            }
        }
    }
    match message {
        // In blocks the calls stand already.
        Message::Ai(ai) if !ai.tool_calls.is_empty() && ai.content.as_str().is_some() => {
            let calls: List = ai.tool_calls.iter().map(ToolCall::to_dynamic).collect();
            chars += length(&python::repr(&calls.into()));
        }
        Message::Tool(tool) => chars += length(&tool.tool_call_id),
        _ => {}
    }
    chars += length(super::openai::role(message)) + message.name().map_or(0, |name| length(name));
    tokens + chars.div_ceil(CHARS_PER_TOKEN)
}

fn length(text: &str) -> usize {
    text.chars().count()
}
