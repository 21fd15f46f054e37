//! [`ChatHistory`]: where the messages of a conversation are kept.

use std::collections::{BTreeMap, HashMap};
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
/// history.add(vec![Arc::new(Message::human("hello"))]).await?;
/// assert_eq!(history.messages().await?.len(), 1);
/// # Ok::<(), thalweg_core::Error>(()) }).unwrap()?;
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub trait ChatHistory: Send + Sync + 'static {
    /// The messages so far. They are shared, so that a long conversation is not copied in every turn.
    fn messages(&self) -> BoxFuture<'_, Result<Vec<Arc<Message>>>>;

    /// Adds messages at the end.
    fn add(&self, messages: Vec<Arc<Message>>) -> BoxFuture<'_, Result<()>>;

    /// Adds the answer of a streamed call in [compat mode](crate::Config::compat), where langchain-core keeps the sum of
    /// its chunks as it is. Unless overridden it is added as a message.
    fn add_streamed(&self, answer: MessageChunk) -> BoxFuture<'_, Result<()>> {
        self.add(vec![Arc::new(answer.into_message())])
    }

    /// Forgets all messages.
    fn clear(&self) -> BoxFuture<'_, Result<()>>;
}

/// A conversation in memory, with all its messages. Clones are the same conversation.
///
/// ```
/// use thalweg_core::message::Message;
/// use thalweg_core::runnable::InMemoryHistory;
///
/// let history = InMemoryHistory::from(vec![Message::human("hello")]);
/// assert_eq!(history.get()[0].text(), "hello");
/// ```
#[derive(Clone, Debug, Default)]
pub struct InMemoryHistory(Arc<Mutex<Vec<Arc<Message>>>>);

impl InMemoryHistory {
    /// A conversation without messages.
    pub fn new() -> Self {
        Self::default()
    }

    /// The messages so far.
    pub fn get(&self) -> Vec<Message> {
        self.lock().iter().map(|message| (**message).clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Message>>> {
        // Nothing that is done under the lock leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Vec<Message>> for InMemoryHistory {
    fn from(messages: Vec<Message>) -> Self {
        Self(Arc::new(Mutex::new(messages.into_iter().map(Arc::new).collect())))
    }
}

impl ChatHistory for InMemoryHistory {
    fn messages(&self) -> BoxFuture<'_, Result<Vec<Arc<Message>>>> {
        Box::pin(ready(Ok(self.lock().clone())))
    }

    fn add(&self, messages: Vec<Arc<Message>>) -> BoxFuture<'_, Result<()>> {
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
/// All are kept, unless there is a [bound](Self::at_most): where anybody may open a session there should be one. Of
/// a conversation all messages are kept; a step before the model can [trim](crate::message::trim_messages) what it
/// sees.
///
/// ```
/// use thalweg_core::runnable::InMemorySessions;
///
/// let sessions = InMemorySessions::at_most(1000);
/// assert!(sessions.session("ada").get().is_empty());
/// assert_eq!(sessions.len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct InMemorySessions(Arc<Mutex<Sessions>>);

#[derive(Debug, Default)]
struct Sessions {
    /// As many as there may be; `None` is without bound.
    most: Option<usize>,
    kept: HashMap<Text, (u64, InMemoryHistory)>,
    /// The names by when they were last opened.
    opened: BTreeMap<u64, Text>,
    opens: u64,
}

impl InMemorySessions {
    /// No conversations, and no bound on how many there will be.
    pub fn new() -> Self {
        Self::default()
    }

    /// No conversations, and never more than so many: for a new one that which has not been opened for longest is
    /// forgotten. A call that has opened it still ends with it.
    pub fn at_most(most: usize) -> Self {
        Self(Arc::new(Mutex::new(Sessions { most: Some(most), ..Sessions::default() })))
    }

    /// The conversation of this name; a new one if there is none.
    pub fn session(&self, id: &str) -> InMemoryHistory {
        self.lock().open(id)
    }

    /// How many there are now.
    pub fn len(&self) -> usize {
        self.lock().kept.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Opens these conversations for a [`MessageHistory`](super::MessageHistory).
    pub fn opener(&self) -> impl Fn(&str) -> Arc<dyn ChatHistory> + Send + Sync + use<> {
        let sessions = self.clone();
        move |id| Arc::new(sessions.session(id))
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        // Nothing that is done under the lock leaves it half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sessions {
    fn open(&mut self, id: &str) -> InMemoryHistory {
        let id = Text::from(id);
        self.opens += 1;
        let (at, history) = self.kept.entry(id.clone()).or_default();
        self.opened.remove(at);
        *at = self.opens;
        let history = history.clone();
        self.opened.insert(self.opens, id);
        while self.most.is_some_and(|most| self.kept.len() > most) {
            let Some((_, oldest)) = self.opened.pop_first() else { break };
            self.kept.remove(&oldest);
        }
        history
    }
}
