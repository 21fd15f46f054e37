//! What becomes a [`Dynamic`] by `From`.

use std::sync::Arc;

use super::{Dynamic, List, Map, Text};
use crate::document::Document;
use crate::error::Error;
use crate::message::{Message, MessageChunk};
use crate::output::{Generation, LlmResult};
use crate::prompt::PromptValue;

impl From<bool> for Dynamic {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Dynamic {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Dynamic {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Dynamic {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u64> for Dynamic {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or_else(|_| Self::BigInt(value.to_string().into()), Self::Int)
    }
}

impl From<usize> for Dynamic {
    fn from(value: usize) -> Self {
        Self::from(value as u64)
    }
}

impl From<f64> for Dynamic {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Dynamic {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Dynamic {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<&String> for Dynamic {
    fn from(value: &String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Text> for Dynamic {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}

impl From<List> for Dynamic {
    fn from(value: List) -> Self {
        Self::List(value)
    }
}

impl From<Map> for Dynamic {
    fn from(value: Map) -> Self {
        Self::Map(value)
    }
}

impl<T: Into<Dynamic>> From<Vec<T>> for Dynamic {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Dynamic>, const N: usize> From<[T; N]> for Dynamic {
    fn from(values: [T; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Dynamic>> From<Option<T>> for Dynamic {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<()> for Dynamic {
    fn from((): ()) -> Self {
        Self::Null
    }
}

impl From<Message> for Dynamic {
    fn from(value: Message) -> Self {
        Self::Message(Arc::new(value))
    }
}

impl From<MessageChunk> for Dynamic {
    fn from(value: MessageChunk) -> Self {
        Self::Chunk(Arc::new(value))
    }
}

impl From<Document> for Dynamic {
    fn from(value: Document) -> Self {
        Self::Document(Arc::new(value))
    }
}

impl From<PromptValue> for Dynamic {
    fn from(value: PromptValue) -> Self {
        match value {
            PromptValue::Plain(text) => Self::Text(text),
            formatted => Self::Prompt(Arc::new(formatted)),
        }
    }
}

impl From<Generation> for Dynamic {
    fn from(value: Generation) -> Self {
        Self::Generation(Arc::new(value))
    }
}

impl From<LlmResult> for Dynamic {
    fn from(value: LlmResult) -> Self {
        Self::LlmResult(Arc::new(value))
    }
}

impl From<Error> for Dynamic {
    fn from(value: Error) -> Self {
        Self::Error(value)
    }
}
