//! [`UsageHandler`]: how many tokens each model took.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{CallbackHandler, Handled, Interest};
use crate::event::EventMask;
use crate::message::UsageMetadata;
use crate::output::{GeneratedMessage, Generation, LlmResult};
use crate::run::{Run, RunKind};

/// Adds up the usage that models report, by the model's name: the one in the answer's metadata, else the one in the
/// run's. It can be read while calls still run.
///
/// ```
/// use std::sync::Arc;
/// use thalweg_core::Config;
/// use thalweg_core::callback::UsageHandler;
///
/// let usage = Arc::new(UsageHandler::new());
/// let config = Config::new().handler(Arc::clone(&usage));
/// // … calls with this configuration …
/// assert_eq!(usage.total().total_tokens, 0);
/// ```
#[derive(Debug, Default)]
pub struct UsageHandler(Mutex<BTreeMap<String, UsageMetadata>>);

impl UsageHandler {
    /// A handler that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What each model has taken until now.
    pub fn by_model(&self) -> BTreeMap<String, UsageMetadata> {
        self.lock().clone()
    }

    /// What one model has taken until now; none if it has not reported anything.
    pub fn of(&self, model: &str) -> Option<UsageMetadata> {
        self.lock().get(model).cloned()
    }

    /// What all models together have taken until now.
    pub fn total(&self) -> UsageMetadata {
        self.lock().values().fold(UsageMetadata::default(), |sum, usage| sum.add(usage))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, UsageMetadata>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallbackHandler for UsageHandler {
    fn interest(&self) -> Interest {
        Interest::of(EventMask::END).only(&[RunKind::ChatModel, RunKind::Llm])
    }

    fn on_llm_end(&self, run: &Run, response: &LlmResult) -> Handled {
        // Several generations for one prompt report the same usage.
        for generation in response.generations.iter().filter_map(|generations| generations.first()) {
            if let Some((usage, name)) = reported(generation) {
                let name = name.unwrap_or_else(|| model_name(run));
                self.lock()
                    .entry(name)
                    .and_modify(|sum| *sum = sum.add(usage))
                    .or_insert_with(|| usage.clone());
            }
        }
        Ok(())
    }
}

/// The usage of a generation and the model's name in it.
fn reported(generation: &Generation) -> Option<(&UsageMetadata, Option<String>)> {
    let (usage, metadata) = match generation.message.as_ref()? {
        GeneratedMessage::Message(message) => {
            let ai = message.as_ai()?;
            (ai.usage_metadata.as_ref(), &ai.response_metadata)
        }
        GeneratedMessage::Chunk(chunk) => {
            let ai = chunk.as_ai()?;
            (ai.usage_metadata(), ai.response_metadata())
        }
    };
    let name = metadata.get("model_name").and_then(|name| name.as_str()).map(str::to_owned);
    usage.map(|usage| (usage, name))
}

fn model_name(run: &Run) -> String {
    match run.metadata().get("ls_model_name").and_then(|name| name.as_str()) {
        Some(name) => name.to_owned(),
        None => run.name().to_string(),
    }
}
