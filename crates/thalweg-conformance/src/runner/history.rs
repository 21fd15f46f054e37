//! Nodes with a message history, and the histories that the result shows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, ready};
use serde_json::Value;
use thalweg_core::Result as Run;
use thalweg_core::message::{Message, MessageChunk};
use thalweg_core::runnable::{ChatHistory, MessageHistory};
use thalweg_core::value::Dynamic;

use super::build::{Builder, Object};
use super::decode::decode;
use super::effect::Node;
use super::encode::{encode, encode_message};
use super::failure::Refusal;

/// The messages of a session, each as it was given.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Vec<Entry>>>);

#[derive(Clone)]
enum Entry {
    Message(Arc<Message>),
    Chunk(MessageChunk),
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn encoded(&self) -> Value {
        let entries = self.lock();
        let entries = entries.iter().map(|entry| match entry {
            Entry::Message(message) => encode_message(message),
            Entry::Chunk(chunk) => encode(&chunk.clone().into()),
        });
        entries.collect()
    }
}

impl From<Vec<Message>> for Kept {
    fn from(messages: Vec<Message>) -> Self {
        Self(Arc::new(Mutex::new(
            messages.into_iter().map(|message| Entry::Message(Arc::new(message))).collect(),
        )))
    }
}

impl ChatHistory for Kept {
    fn messages(&self) -> BoxFuture<'_, Run<Vec<Arc<Message>>>> {
        let entries = self.lock().clone();
        let messages = entries.into_iter().map(|entry| match entry {
            Entry::Message(message) => message,
            Entry::Chunk(chunk) => Arc::new(chunk.into_message()),
        });
        Box::pin(ready(Ok(messages.collect())))
    }

    fn add(&self, messages: Vec<Arc<Message>>) -> BoxFuture<'_, Run<()>> {
        self.lock().extend(messages.into_iter().map(Entry::Message));
        Box::pin(ready(Ok(())))
    }

    fn add_streamed(&self, answer: MessageChunk) -> BoxFuture<'_, Run<()>> {
        self.lock().push(Entry::Chunk(answer));
        Box::pin(ready(Ok(())))
    }

    fn clear(&self) -> BoxFuture<'_, Run<()>> {
        self.lock().clear();
        Box::pin(ready(Ok(())))
    }
}

pub(super) fn history(builder: &mut Builder, node: &Object) -> Result<Node, Refusal> {
    let sessions = Arc::clone(&builder.histories);
    for (id, messages) in node.get("sessions").and_then(Value::as_object).into_iter().flatten() {
        let messages = messages.as_array().into_iter().flatten().map(|message| match decode(message)? {
            Dynamic::Message(message) => Ok((*message).clone()),
            _ => Err(Refusal::missing("sessions")),
        });
        let messages = messages.collect::<Result<Vec<_>, Refusal>>()?;
        if let Ok(mut sessions) = sessions.lock() {
            sessions.insert(id.clone(), Kept::from(messages));
        }
    }
    let open = move |id: &str| -> Arc<dyn ChatHistory> {
        let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::new(sessions.entry(id.to_owned()).or_default().clone())
    };
    let mut history = MessageHistory::new(builder.bound(node)?, open);
    let key = |name: &str| node.get(name).and_then(Value::as_str);
    if let Some(key) = key("input_messages_key") {
        history = history.input_key(key);
    }
    if let Some(key) = key("history_messages_key") {
        history = history.history_key(key);
    }
    if let Some(key) = key("output_messages_key") {
        history = history.output_key(key);
    }
    Ok(history.into_chain())
}
