//! [`ChatHistory`]: where the messages of a conversation are kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, ready};

use crate::error::Result;
use crate::message::{Message, MessageChunk};
use crate::value::Text;

/// The messages of one conversation, wherever they are kept.
///
/// ```
/// use std::sync::Arc;
///
/// use thalweg_core::message::Message;
/// use thalweg_core::runnable::{ChatHistory, InMemoryHistory};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let history: Arc<dyn ChatHistory> = Arc::new(InMemoryHistory::new());
/// history.add(vec![Message::human("hello")]).await?;
/// assert_eq!(history.messages().await?.len(), 1);
/// # Ok::<(), thalweg_core::Error>(()) }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait ChatHistory: Send + Sync + 'static {
    /// The messages so far.
    fn messages(&self) -> BoxFuture<'_, Result<Vec<Message>>>;

    /// Adds messages at the end.
    fn add(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<()>>;

    /// Adds the answer of a streamed call in [compat mode](crate::Config::compat), where langchain-core keeps the sum of
    /// its chunks as it is. Unless overridden it is added as a message.
    fn add_streamed(&self, answer: MessageChunk) -> BoxFuture<'_, Result<()>> {
        self.add(vec![answer.into_message()])
    }

    /// Forgets all messages.
    fn clear(&self) -> BoxFuture<'_, Result<()>>;
}

/// A conversation in memory. Clones are the same conversation.
///
/// ```
/// use thalweg_core::message::Message;
/// use thalweg_core::runnable::InMemoryHistory;
///
/// let history = InMemoryHistory::from(vec![Message::human("hello")]);
/// assert_eq!(history.get()[0].text(), "hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct InMemoryHistory(Arc<Mutex<Vec<Message>>>);

impl InMemoryHistory {
    /// A conversation without messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// The messages so far.
    pub fn get(&self) -> Vec<Message> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Message>> {
        // Nothing that is done under the lock leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Vec<Message>> for InMemoryHistory {
    fn from(messages: Vec<Message>) -> Self {
        Self(Arc::new(Mutex::new(messages)))
    }
}

impl ChatHistory for InMemoryHistory {
    fn messages(&self) -> BoxFuture<'_, Result<Vec<Message>>> {
        Box::pin(ready(Ok(self.get())))
    }

    fn add(&self, messages: Vec<Message>) -> BoxFuture<'_, Result<()>> {
        self.lock().extend(messages);
        Box::pin(ready(Ok(())))
    }

    fn clear(&self) -> BoxFuture<'_, Result<()>> {
        self.lock().clear();
        Box::pin(ready(Ok(())))
    }
}

/// Conversations in memory, by name. Clones are the same conversations.
///
/// ```
/// use thalweg_core::runnable::InMemorySessions;
///
/// let sessions = InMemorySessions::new();
/// assert!(sessions.session("ada").get().is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct InMemorySessions(Arc<Mutex<HashMap<Text, InMemoryHistory>>>);

impl InMemorySessions {
    /// No conversations.
    pub fn new() -> Self {
        Self::default()
    }

    /// The conversation of this name; a new one if there is none.
    pub fn session(&self, id: &str) -> InMemoryHistory {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(Text::from(id)).or_default().clone()
    }

    /// Opens these conversations for a [`MessageHistory`](super::MessageHistory).
    pub fn opener(&self) -> impl Fn(&str) -> Arc<dyn ChatHistory> + Send + Sync + use<> {
        let sessions = self.clone();
        move |id| Arc::new(sessions.session(id))
    }
}
