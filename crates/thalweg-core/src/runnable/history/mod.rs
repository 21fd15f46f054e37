//! Message history: a chain that remembers its conversations.
//!
//! Where conversations are kept is in `store`, what of inputs and outputs is a message in `extract`, the keeping of what
//! was said in `saving`.

mod extract;
mod saving;
mod store;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use self::extract::input_messages;
use self::saving::Saving;
pub use self::store::{ChatHistory, InMemoryHistory, InMemorySessions};
use super::complete::complete;
use super::delegate::{Delegate, delegate};
use super::{Assign, Chain, Runnable, lambda};
use crate::config::Config;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, Text, Value};

/// A runnable whose conversations are remembered: each call gets the messages of its session so far, and what was asked
/// and answered is added to them when the call has ended well.
///
/// The session is named by a configurable value, `session_id` unless
/// [`session_keys`](MessageHistory::session_keys) says otherwise. A call without it fails with an error of kind
/// `Config`.
///
/// The runnable takes a list of messages, which comes to it after those of the session; or an object with what is asked
/// under a [key](MessageHistory::input_key), in which the session's messages are put under a
/// [key of their own](MessageHistory::history_key), or else before what is asked. What is asked and answered may be a
/// text, a message or a list of messages.
///
/// ```
/// use std::sync::Arc;
///
/// use thalweg_core::message::Message;
/// use thalweg_core::runnable::{InMemorySessions, MessageHistory};
/// use thalweg_core::value::Dynamic;
/// use thalweg_core::{Config, Error};
///
/// let sessions = InMemorySessions::new();
/// let count = |messages: Dynamic| format!("I have {} messages", messages.as_list().map_or(0, |list| list.len()));
/// let chain = MessageHistory::new(count, sessions.opener()).into_chain();
///
/// let config = Config::new().configurable("session_id", "ada");
/// assert_eq!(chain.invoke_blocking_with("hello", &config)?, "I have 1 messages");
/// assert_eq!(chain.invoke_blocking_with("again", &config)?, "I have 3 messages");
/// # Ok::<(), Error>(())
/// ```
#[must_use]
pub struct MessageHistory<O> {
    bound: Chain<Dynamic, O>,
    session_keys: Vec<Text>,
    open: Arc<Open>,
    keys: Keys,
}

/// Opens a session by the values of its keys.
type Open = dyn Fn(&[Text]) -> Arc<dyn ChatHistory> + Send + Sync;

/// Where messages stand in inputs and outputs.
#[derive(Clone, Debug, Default)]
struct Keys {
    input: Option<Text>,
    history: Option<Text>,
    output: Option<Text>,
}

impl<O: Value> Chain<Dynamic, O> {
    /// The chain with a memory of its conversations; `open` gives the messages of a session. See [`MessageHistory`].
    pub fn with_message_history(
        self,
        open: impl Fn(&str) -> Arc<dyn ChatHistory> + Send + Sync + 'static,
    ) -> MessageHistory<O> {
        MessageHistory::new(self, open)
    }
}

impl<O: Value> MessageHistory<O> {
    /// A runnable with a memory of its conversations; `open` gives the messages of a session.
    pub fn new<R: Runnable<Dynamic, Out = O>>(
        bound: R,
        open: impl Fn(&str) -> Arc<dyn ChatHistory> + Send + Sync + 'static,
    ) -> Self {
        Self {
            bound: bound.into_chain(),
            session_keys: vec![Text::from("session_id")],
            open: Arc::new(move |ids| open(ids.first().map_or("", Text::as_str))),
            keys: Keys::default(),
        }
    }

    /// Names the configurable values that together name a session, and how a session is opened by them, in this order.
    pub fn session_keys<T: Into<Text>>(
        mut self,
        keys: impl IntoIterator<Item = T>,
        open: impl Fn(&[Text]) -> Arc<dyn ChatHistory> + Send + Sync + 'static,
    ) -> Self {
        self.session_keys = keys.into_iter().map(Into::into).collect();
        self.open = Arc::new(open);
        self
    }

    /// The key of what is asked, where the input is an object. Unless set it is the only key, or `input`.
    pub fn input_key(mut self, key: impl Into<Text>) -> Self {
        self.keys.input = Some(key.into());
        self
    }

    /// The key under which the runnable finds the session's messages; without it they come before what is asked.
    pub fn history_key(mut self, key: impl Into<Text>) -> Self {
        self.keys.history = Some(key.into());
        self
    }

    /// The key of the answer, where the output is an object. Unless set it is the only key, or `output`.
    pub fn output_key(mut self, key: impl Into<Text>) -> Self {
        self.keys.output = Some(key.into());
        self
    }

    /// The runnable with its memory as a chain.
    pub fn into_chain(self) -> Chain<Dynamic, O> {
        delegate(self)
    }

    /// The session that the call is part of.
    fn session(&self, context: &Context) -> Result<Arc<dyn ChatHistory>> {
        let given = context.configurable();
        let missing: Vec<_> = self.session_keys.iter().filter(|key| !given.contains_key(key)).collect();
        if !missing.is_empty() {
            let missing: Vec<_> = missing.into_iter().map(Text::as_str).collect();
            return Err(Error::new(
                ErrorKind::Config,
                "the call does not say which session it is part of; `Config::configurable` does",
            )
            .with("missing", missing.join(", ")));
        }
        let ids = self.session_keys.iter().filter_map(|key| given.get(key)).map(|id| match id {
            Dynamic::Text(id) => id.clone(),
            other => Text::from(other.to_string()),
        });
        Ok((self.open)(&ids.collect::<Vec<_>>()))
    }
}

impl<O: Value> Delegate<Dynamic, O> for MessageHistory<O> {
    fn bound(&self) -> &Chain<Dynamic, O> {
        &self.bound
    }

    fn name(&self) -> Cow<'_, str> {
        "RunnableWithMessageHistory".into()
    }

    fn around(&self) -> Option<&'static str> {
        Some("history")
    }

    /// The chain for a call, around the session that it is part of.
    fn prepare(&self, context: Context) -> Result<(Chain<Dynamic, O>, Context)> {
        let context = if context.is_compat() { complete(context, &Config::new()) } else { context };
        let session = self.session(&context)?;
        let old = Arc::new(AtomicUsize::new(0));
        let load = load(Arc::clone(&session), self.keys.clone(), Arc::clone(&old)).named("load_history");
        let insert = match self.keys.history.as_ref().or(self.keys.input.as_ref()) {
            Some(key) => Assign::new().key(key.clone(), load).into_chain().named("insert_history"),
            None => load,
        };
        let saving = Saving { bound: self.bound.clone(), session, keys: self.keys.clone(), old };
        let saving = Chain::from_stage(Arc::new(saving));
        let call = move |_: Dynamic| saving.clone();
        // The names are those that langchain-core's runs have.
        let chain = insert.then(Chain::new(call).named("check_sync_or_async"));
        Ok((chain.named("RunnableWithMessageHistory"), context))
    }
}

/// The step that gives the session's messages, with what is asked after them unless they have a key of their own.
/// `old` gets the number of those that were there before.
fn load(session: Arc<dyn ChatHistory>, keys: Keys, old: Arc<AtomicUsize>) -> Chain<Dynamic, Dynamic> {
    lambda(move |input: Dynamic| {
        let (session, keys, old) = (Arc::clone(&session), keys.clone(), Arc::clone(&old));
        async move {
            let mut messages = session.messages().await?;
            if keys.history.is_none() {
                old.store(messages.len(), Ordering::Relaxed);
                messages.extend(input_messages(&input, keys.input.as_ref())?);
            }
            let messages: Vec<Dynamic> = messages.into_iter().map(Dynamic::Message).collect();
            Ok::<_, Error>(Dynamic::List(messages.into()))
        }
    })
}

impl<O: Value> fmt::Debug for MessageHistory<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageHistory")
            .field("bound", &self.bound)
            .field("session_keys", &self.session_keys)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
