//! [`merge_message_runs`]: joining messages of one kind that follow each other.

use crate::error::{Error, ErrorKind, Result};
use crate::message::{AiMessageChunk, Content, Message, MessageChunk, MessageFold};
use crate::value::{Fold, Map};

/// Joins messages of one kind that follow each other into one. Answers of tools stay apart, as each belongs to
/// one call.
///
/// Texts are joined with `separator` between them, usually a line end; if one of two is a list of blocks, the
/// result is one. Tool calls and usage add up. The id is that of the first message, and of models' answers the
/// first one that a provider gave; what a provider said about the later ones is dropped, and so are names.
///
/// ```
/// use thalweg_core::message::{Message, merge_message_runs};
///
/// let messages = vec![Message::human("One."), Message::human("Two."), Message::ai("Three.")];
/// let merged = merge_message_runs(messages, "\n")?;
/// assert_eq!(merged[0].text(), "One.\nTwo.");
/// assert_eq!(merged.len(), 2);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Merge`] when two of them contradict each other: different roles, different functions, or
/// values in `additional_kwargs` that do not add up; and for two wishes to remove a message.
pub fn merge_message_runs(
    messages: impl IntoIterator<Item = Message>,
    separator: &str,
) -> Result<Vec<Message>> {
    let mut merged = Vec::new();
    let mut run: Option<Run> = None;
    for message in messages {
        match &mut run {
            Some(run) if run.takes(&message) => run.push(message, separator)?,
            _ => {
                merged.extend(run.take().and_then(Run::finish));
                run = Some(Run::new(message));
            }
        }
    }
    merged.extend(run.and_then(Run::finish));
    Ok(merged)
}

/// Messages of one kind that follow each other.
struct Run {
    kind: &'static str,
    /// The first message, until there is a second.
    first: Option<Message>,
    fold: MessageFold,
    so_far: SoFar,
}

/// What the content of a run is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SoFar {
    Nothing,
    Text,
    Blocks,
}

impl SoFar {
    fn of(content: &Content) -> Self {
        match content {
            Content::Text(text) if text.is_empty() => Self::Nothing,
            Content::Text(_) => Self::Text,
            Content::Blocks(_) => Self::Blocks,
        }
    }
}

impl Run {
    fn new(message: Message) -> Self {
        let so_far = SoFar::of(message.content());
        Self { kind: message.kind(), first: Some(message), fold: MessageFold::default(), so_far }
    }

    fn takes(&self, message: &Message) -> bool {
        self.kind == message.kind() && self.kind != "tool"
    }

    fn push(&mut self, mut message: Message, separator: &str) -> Result<()> {
        if let Some(first) = self.first.take() {
            self.fold.push(&chunk(first)?);
        }
        let next = SoFar::of(message.content());
        if let Content::Text(text) = message.content()
            && (self.so_far, next) == (SoFar::Text, SoFar::Text)
        {
            message.set_content([separator, text].concat());
        }
        if self.so_far == SoFar::Nothing || next == SoFar::Blocks {
            self.so_far = next;
        }
        clear_response_metadata(&mut message);
        self.fold.try_merge(&chunk(message)?)
    }

    fn finish(self) -> Option<Message> {
        self.first.or_else(|| self.fold.finish().map(MessageChunk::into_message))
    }
}

fn clear_response_metadata(message: &mut Message) {
    if let Message::Ai(ai) = message {
        ai.response_metadata = Map::new();
    } else if let Some(base) = message.base_mut() {
        base.response_metadata = Map::new();
    }
}

/// The message as a piece of a sum.
fn chunk(message: Message) -> Result<MessageChunk> {
    Ok(match message {
        Message::Ai(ai) => MessageChunk::Ai(AiMessageChunk::from(ai)),
        Message::Human(base) => MessageChunk::Human(Box::new(base)),
        Message::System(base) => MessageChunk::System(Box::new(base)),
        Message::Function(base) => MessageChunk::Function(Box::new(base)),
        Message::Tool(tool) => MessageChunk::Tool(Box::new(tool)),
        Message::Chat(chat) => MessageChunk::Chat(Box::new(chat)),
        Message::Remove(_) => {
            return Err(Error::new(ErrorKind::Merge, "wishes to remove messages cannot be joined"));
        }
    })
}
