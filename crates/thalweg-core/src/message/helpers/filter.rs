//! [`filter_messages`]: choosing messages by name, kind and id.

use crate::message::{AiMessage, Block, Content, Message};
use crate::value::{Dynamic, Text};

/// Which messages to choose: those that one of the `include_…` lists names and none of the `exclude_…` lists.
/// Without any `include_…`, all that are not excluded.
///
/// ```
/// use thalweg_core::message::{Message, MessageFilter, filter_messages};
///
/// let messages = vec![Message::system("Be kind."), Message::human("Hi"), Message::ai("Hello")];
/// let filter = MessageFilter { include_kinds: vec!["human".into(), "ai".into()], ..Default::default() };
/// assert_eq!(filter_messages(messages, &filter).len(), 2);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    /// Names of messages to choose.
    pub include_names: Vec<Text>,
    /// Names of messages to leave out.
    pub exclude_names: Vec<Text>,
    /// Kinds to choose, as in [`Message::kind`].
    pub include_kinds: Vec<Text>,
    /// Kinds to leave out.
    pub exclude_kinds: Vec<Text>,
    /// Ids of messages to choose.
    pub include_ids: Vec<Text>,
    /// Ids of messages to leave out.
    pub exclude_ids: Vec<Text>,
    /// Tool calls and their answers to leave out.
    pub exclude_tool_calls: ExcludeToolCalls,
}

/// Which tool calls, with their answers, [`filter_messages`] leaves out.
///
/// ```
/// use thalweg_core::message::{ExcludeToolCalls, MessageFilter};
///
/// let filter = MessageFilter { exclude_tool_calls: ExcludeToolCalls::All, ..Default::default() };
/// assert!(filter.include_ids.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub enum ExcludeToolCalls {
    /// None.
    #[default]
    None,
    /// All: answers of models with tool calls, and all answers of tools.
    All,
    /// The calls of these ids. An answer of a model all of whose calls are left out is left out too.
    Ids(Vec<Text>),
}

/// The messages that `filter` chooses, in their order.
pub fn filter_messages(messages: impl IntoIterator<Item = Message>, filter: &MessageFilter) -> Vec<Message> {
    let wanted = |message: Message| {
        let has = |list: &[Text], value: Option<&Text>| value.is_some_and(|value| list.contains(value));
        let kind = |list: &[Text], message: &Message| list.iter().any(|kind| kind == message.kind());
        if has(&filter.exclude_names, message.name())
            || kind(&filter.exclude_kinds, &message)
            || has(&filter.exclude_ids, message.id())
        {
            return None;
        }
        let message = filter.exclude_tool_calls.apply(message)?;
        let everything = filter.include_names.is_empty()
            && filter.include_kinds.is_empty()
            && filter.include_ids.is_empty();
        let chosen = everything
            || has(&filter.include_names, message.name())
            || kind(&filter.include_kinds, &message)
            || has(&filter.include_ids, message.id());
        chosen.then_some(message)
    };
    messages.into_iter().filter_map(wanted).collect()
}

impl ExcludeToolCalls {
    /// The message without what is to be left out; `None` if nothing of it remains.
    fn apply(&self, message: Message) -> Option<Message> {
        match (self, message) {
            (Self::All, Message::Tool(_)) => None,
            (Self::All, Message::Ai(ai)) if !ai.tool_calls.is_empty() => None,
            (Self::Ids(ids), Message::Tool(tool)) if ids.contains(&tool.tool_call_id) => None,
            (Self::Ids(ids), Message::Ai(ai)) if !ai.tool_calls.is_empty() => {
                without_calls(ai, ids).map(Message::Ai)
            }
            (_, message) => Some(message),
        }
    }
}

fn without_calls(mut ai: AiMessage, ids: &[Text]) -> Option<AiMessage> {
    ai.tool_calls.retain(|call| call.id.as_ref().is_none_or(|id| !ids.contains(id)));
    if let Content::Blocks(blocks) = &mut ai.content {
        blocks.retain(|block| !is_call_of(block, ids));
    }
    (!ai.tool_calls.is_empty()).then_some(ai)
}

/// Whether a block is one of these calls, as some providers repeat them in the content.
fn is_call_of(block: &Block, ids: &[Text]) -> bool {
    block.kind() == Some("tool_use")
        && block.get("id").and_then(Dynamic::as_str).is_some_and(|id| ids.iter().any(|own| own == id))
}
