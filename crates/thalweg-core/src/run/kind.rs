//! [`RunKind`]: what kind of component a run belongs to.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::value::Text;

/// What kind of component a run belongs to; it gives the run's events their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunKind {
    /// A function or a composition.
    Chain,
    /// A prompt template.
    Prompt,
    /// An output parser.
    Parser,
    /// A chat model.
    ChatModel,
    /// A text model.
    Llm,
    /// A tool.
    Tool,
    /// A retriever.
    Retriever,
    /// An embedding model.
    Embedding,
}

impl RunKind {
    /// The kind as it stands in event names, such as `chat_model`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Prompt => "prompt",
            Self::Parser => "parser",
            Self::ChatModel => "chat_model",
            Self::Llm => "llm",
            Self::Tool => "tool",
            Self::Retriever => "retriever",
            Self::Embedding => "embedding",
        }
    }

    /// Whether the run belongs to a chat or text model.
    pub const fn is_model(self) -> bool {
        matches!(self, Self::ChatModel | Self::Llm)
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind's word, as filters take it.
impl From<RunKind> for Text {
    fn from(kind: RunKind) -> Self {
        kind.as_str().into()
    }
}

impl Serialize for RunKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
