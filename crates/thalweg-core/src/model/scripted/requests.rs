//! [`Requests`]: what scripted models were asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What scripted models were asked, in order; clones share it. See [`Scripted::record`](super::Scripted::record).
///
/// ```
/// use thalweg_core::model::{Chat, Requests, ScriptedChat};
///
/// let asked = Requests::new();
/// let model = Chat::new(ScriptedChat::new(["Paris"]).record(&asked));
/// model.chain().invoke_blocking("capital of France?")?;
/// assert_eq!(asked.all()[0].messages[0].text(), "capital of France?");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Requests<R>(Arc<Mutex<Vec<R>>>);

impl<R> Requests<R> {
    /// Nothing recorded yet.
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// How many there were.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(super) fn push(&self, request: R) {
        self.lock().push(request);
    }

    /// A panic while the list is locked leaves it whole: it is only pushed to and cloned.
    fn lock(&self) -> MutexGuard<'_, Vec<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Clone> Requests<R> {
    /// All of them, the first first.
    pub fn all(&self) -> Vec<R> {
        self.lock().clone()
    }
}

impl<R> Default for Requests<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Clone for Requests<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
