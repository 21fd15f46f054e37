//! [`MemoryCache`]: a cache that lasts as long as the program.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{self, BoxFuture};

use super::{CachedResponse, ResponseCache};

/// Keeps a number of answers in memory; the one that has not been used for longest gives way to a new one.
///
/// It has an answer only when that is complete: equal calls that run beside each other each ask the model, and the last
/// answer is the one that is kept. None waits for another, since a call that others wait for could be dropped or fail
/// for reasons of its own.
///
/// ```
/// use std::sync::Arc;
///
/// use thalweg_core::model::{Chat, MemoryCache, Requests, ScriptedChat};
///
/// let asked = Requests::new();
/// let model = ScriptedChat::new(["Paris"]).then(["Rome"]).record(&asked);
/// let chain = Chat::new(model).with_cache(MemoryCache::new(100)).chain();
/// assert_eq!(chain.invoke_blocking("capital?")?.text(), "Paris");
/// assert_eq!(chain.invoke_blocking("capital?")?.text(), "Paris");
/// assert_eq!(asked.len(), 1);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
pub struct MemoryCache {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: HashMap<Arc<str>, (u64, Arc<CachedResponse>)>,
    /// The keys by their last use.
    used: BTreeMap<u64, Arc<str>>,
    uses: u64,
}

impl MemoryCache {
    /// A cache that keeps up to so many answers.
    pub fn new(most: usize) -> Self {
        Self { most, state: Mutex::default() }
    }

    /// How many answers it keeps now.
    pub fn len(&self) -> usize {
        self.lock().answers.len()
    }

    /// Whether it keeps none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    /// No foreign code runs while the lock is held, so that it can't be poisoned in a bad state.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn get(&mut self, key: &str) -> Option<Arc<CachedResponse>> {
        let (kept, (at, answer)) = (self.answers.get_key_value(key)?.0.clone(), self.answers.get_mut(key)?);
        self.uses += 1;
        self.used.remove(at);
        self.used.insert(self.uses, kept);
        *at = self.uses;
        Some(Arc::clone(answer))
    }

    fn put(&mut self, key: &str, answer: Arc<CachedResponse>, most: usize) {
        let key: Arc<str> = key.into();
        self.uses += 1;
        if let Some((at, _)) = self.answers.insert(Arc::clone(&key), (self.uses, answer)) {
            self.used.remove(&at);
        }
        self.used.insert(self.uses, key);
        while self.answers.len() > most {
            let Some((_, oldest)) = self.used.pop_first() else { return };
            self.answers.remove(&oldest);
        }
    }
}

impl ResponseCache for MemoryCache {
    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<CachedResponse>>> {
        Box::pin(future::ready(self.lock().get(key)))
    }

    fn store<'a>(&'a self, key: &'a str, response: Arc<CachedResponse>) -> BoxFuture<'a, ()> {
        self.lock().put(key, response, self.most);
        Box::pin(future::ready(()))
    }
}

/// A cache that several models share.
impl<C: ResponseCache + ?Sized> ResponseCache for Arc<C> {
    fn lookup<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<CachedResponse>>> {
        (**self).lookup(key)
    }

    fn store<'a>(&'a self, key: &'a str, response: Arc<CachedResponse>) -> BoxFuture<'a, ()> {
        (**self).store(key, response)
    }
}
