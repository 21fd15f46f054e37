//! [`MessageFold`]: adds up the chunks of a message of any kind.

use super::AiMessageFold;
use super::base::BaseSum;
use crate::error::{Error, ErrorKind, Result};
use crate::message::merge::Tree;
use crate::message::{
    AiMessageChunk, ChatMessage, Content, MessageChunk, PlainMessage, ToolMessage, ToolStatus,
};
use crate::value::{Fold, Map};

/// Adds up the chunks of a message of any kind.
///
/// The sum is of the first chunk's kind, role and id. Tool answers to different calls and functions of
/// different names do not add up, nor does a message that came whole.
///
/// ```
/// use thalweg_core::message::{AiMessageChunk, MessageChunk, MessageFold};
/// use thalweg_core::value::Fold;
///
/// let mut fold = MessageFold::default();
/// fold.push(&MessageChunk::Ai(AiMessageChunk::new("a")));
/// fold.push(&MessageChunk::Ai(AiMessageChunk::new("b")));
/// assert_eq!(fold.finish().unwrap().text(), "ab");
/// ```
#[derive(Debug, Default)]
pub struct MessageFold(State);

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    One(MessageChunk),
    Ai(AiMessageFold),
    Other(Box<Sum>),
}

/// A sum of chunks that are no answers of models.
#[derive(Debug)]
struct Sum {
    /// The first chunk, for what does not grow.
    first: MessageChunk,
    base: BaseSum,
    artifact: Tree,
    status: ToolStatus,
}

impl MessageFold {
    /// Adds a chunk.
    ///
    /// # Errors
    /// [`ErrorKind::Merge`] when the chunk contradicts the sum. The sum may then hold a part of the chunk.
    pub fn try_merge(&mut self, chunk: &MessageChunk) -> Result<()> {
        if let State::One(first) = &self.0 {
            self.0 = match first {
                MessageChunk::Ai(first) => {
                    let mut fold = AiMessageFold::default();
                    fold.push(first);
                    State::Ai(fold)
                }
                MessageChunk::Whole(_) => return Err(no_sum("a message that came whole does not grow")),
                other => State::Other(Box::new(Sum::new(other))),
            };
        }
        match &mut self.0 {
            State::Ai(fold) => match (chunk, chunk.parts()) {
                (MessageChunk::Ai(chunk), _) => fold.try_merge(chunk),
                (_, Some((content, kwargs, metadata))) => {
                    let piece = AiMessageChunk::new(content.clone())
                        .with_additional_kwargs(kwargs.clone())
                        .with_response_metadata(metadata.clone());
                    fold.try_merge(&piece)
                }
                (_, None) => Err(no_sum("a message that came whole adds nothing")),
            },
            State::Other(sum) => sum.push(chunk),
            State::Empty | State::One(_) => {
                self.0 = State::One(chunk.clone());
                Ok(())
            }
        }
    }
}

impl Fold<MessageChunk> for MessageFold {
    fn push(&mut self, chunk: &MessageChunk) -> bool {
        let added = self.try_merge(chunk).is_ok();
        if !added {
            self.0 = State::One(chunk.clone());
        }
        added
    }

    fn finish(self) -> Option<MessageChunk> {
        match self.0 {
            State::Empty => None,
            State::One(MessageChunk::Ai(chunk)) => {
                let mut fold = AiMessageFold::default();
                fold.push(&chunk);
                fold.finish().map(MessageChunk::Ai)
            }
            State::One(chunk) => Some(chunk),
            State::Ai(fold) => fold.finish().map(MessageChunk::Ai),
            State::Other(sum) => Some(sum.finish()),
        }
    }
}

impl MessageChunk {
    /// Content and the provider's objects; `None` of a whole message.
    fn parts(&self) -> Option<(&Content, &Map, &Map)> {
        let base = match self {
            Self::Ai(chunk) => {
                return Some((&chunk.content, chunk.additional_kwargs(), chunk.response_metadata()));
            }
            Self::Human(base) | Self::System(base) | Self::Function(base) => base,
            Self::Tool(tool) => &tool.base,
            Self::Chat(chat) => &chat.base,
            Self::Whole(_) => return None,
        };
        Some((&base.content, &base.additional_kwargs, &base.response_metadata))
    }
}

impl Sum {
    fn new(first: &MessageChunk) -> Self {
        let empty = PlainMessage::default();
        let (content, kwargs, metadata) =
            first.parts().unwrap_or((&empty.content, &empty.additional_kwargs, &empty.response_metadata));
        let (artifact, status) = match first {
            MessageChunk::Tool(tool) => (tool.artifact.clone(), tool.status),
            _ => Default::default(),
        };
        Self {
            base: BaseSum::new(content.clone(), kwargs.clone(), metadata.clone()),
            artifact: Tree::Fixed(artifact),
            status,
            first: first.clone(),
        }
    }

    fn push(&mut self, chunk: &MessageChunk) -> Result<()> {
        match (&self.first, chunk) {
            (MessageChunk::Tool(own), MessageChunk::Tool(tool)) => {
                if own.tool_call_id != tool.tool_call_id {
                    return Err(no_sum("answers to different tool calls"));
                }
                self.artifact.merge_value(&tool.artifact)?;
                if tool.status == ToolStatus::Error {
                    self.status = ToolStatus::Error;
                }
            }
            (MessageChunk::Chat(own), MessageChunk::Chat(chat)) if own.role != chat.role => {
                return Err(no_sum("messages of different roles"));
            }
            (MessageChunk::Function(own), MessageChunk::Function(function)) if own.name != function.name => {
                return Err(no_sum("answers of different functions"));
            }
            (MessageChunk::Function(_), MessageChunk::Function(_)) => {}
            (MessageChunk::Tool(_) | MessageChunk::Function(_), _) => {
                return Err(no_sum("the answer of a tool and another message"));
            }
            _ => {}
        }
        let (content, kwargs, metadata) =
            chunk.parts().ok_or_else(|| no_sum("a message that came whole adds nothing"))?;
        self.base.push(content, kwargs, metadata)
    }

    fn finish(self) -> MessageChunk {
        let mut base = PlainMessage {
            content: self.base.content.finish(),
            additional_kwargs: self.base.additional_kwargs.finish(),
            response_metadata: self.base.response_metadata.finish(),
            ..PlainMessage::default()
        };
        match self.first {
            MessageChunk::System(first) => {
                base.id = first.id;
                MessageChunk::System(Box::new(base))
            }
            MessageChunk::Function(first) => {
                (base.id, base.name) = (first.id, first.name);
                MessageChunk::Function(Box::new(base))
            }
            MessageChunk::Chat(first) => {
                base.id = first.base.id;
                MessageChunk::Chat(Box::new(ChatMessage { base, role: first.role }))
            }
            MessageChunk::Tool(first) => {
                base.id = first.base.id;
                MessageChunk::Tool(Box::new(ToolMessage {
                    base,
                    tool_call_id: first.tool_call_id,
                    artifact: self.artifact.finish(),
                    status: self.status,
                }))
            }
            // Answers of models have their own fold, and whole messages do not grow.
            MessageChunk::Human(first) => {
                base.id = first.id;
                MessageChunk::Human(Box::new(base))
            }
            other => other,
        }
    }
}

fn no_sum(what: &'static str) -> Error {
    Error::new(ErrorKind::Merge, "two message chunks do not add up").with("reason", what)
}
