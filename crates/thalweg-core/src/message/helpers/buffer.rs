//! [`get_buffer_string`]: messages as one text.

use crate::message::{AiMessage, Message, ToolCall};
use crate::python;
use crate::value::List;

/// The messages as one text, a line `Role: text` for each, as text models are given them.
///
/// The roles are `Human`, `AI`, `System`, `Tool`, `Function` and those of messages with a role of their own. A
/// model's tool calls follow its text. The wish to remove a message shows nowhere.
///
/// ```
/// use thalweg_core::message::{Message, get_buffer_string};
///
/// let messages = [Message::human("Hi, how are you?"), Message::ai("Good.")];
/// assert_eq!(get_buffer_string(&messages), "Human: Hi, how are you?\nAI: Good.");
/// ```
pub fn get_buffer_string(messages: &[Message]) -> String {
    let mut out = String::new();
    for message in messages {
        let role = match message {
            Message::Human(_) => "Human",
            Message::Ai(_) => "AI",
            Message::System(_) => "System",
            Message::Tool(_) => "Tool",
            Message::Function(_) => "Function",
            Message::Chat(chat) => &chat.role,
            Message::Remove(_) => continue,
        };
        if !out.is_empty() {
            out.push('\n');
        }
        out.extend([role, ": ", &message.text()]);
        if let Message::Ai(ai) = message {
            out.push_str(&calls(ai));
        }
    }
    out
}

/// The tool calls, or else the function call of older models.
fn calls(ai: &AiMessage) -> String {
    if ai.tool_calls.is_empty() {
        return ai.additional_kwargs.get("function_call").map(python::repr).unwrap_or_default();
    }
    let calls: List = ai.tool_calls.iter().map(ToolCall::to_dynamic).collect();
    python::repr(&calls.into())
}
