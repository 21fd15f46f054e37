//! Two handlers on a model: one that is called, and one that the run waits for.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use thalweg::Result;
use thalweg::callback::Handlers;
use thalweg::model::ScriptedChat;
use thalweg::output::LlmResult;
use thalweg::prelude::*;
use thalweg::run::Run;
use thalweg::value::Text;

use super::Call;

const JOKE: &[&str] = &[
    "Here", "'s", " a", " little", " joke", " for", " you", ":", "\n\nWhy", " can", "'t", " a", " bicycle",
    " stand", " up", " by", " itself", "?", " Because", " it", "'s", " two", "-", "tire",
];

const NAP: Duration = Duration::from_millis(300);

struct SyncHandler(Sender<String>);

impl CallbackHandler for SyncHandler {
    fn on_llm_new_token(&self, _run: &Run, token: &str, _chunk: &Dynamic) -> Handled {
        Ok(self.0.send(format!("Sync handler being called: token: {token}"))?)
    }
}

struct AsyncHandler(Sender<String>);

impl AsyncHandler {
    async fn nap(&self, then: &str) -> Handled {
        self.0.send("zzzz....".to_owned())?;
        tokio::time::sleep(NAP).await;
        Ok(self.0.send(format!("Hi! I just woke up. {then}"))?)
    }
}

impl AsyncCallbackHandler for AsyncHandler {
    async fn on_llm_start(&self, _run: &Run, _prompts: &[Text]) -> Handled {
        self.nap("Your llm is starting").await
    }

    async fn on_llm_end(&self, _run: &Run, _response: &LlmResult) -> Handled {
        self.nap("Your llm is ending").await
    }
}

pub(super) fn calls() -> Result<Vec<Call>> {
    let (said, notes) = channel();
    let handlers = Handlers::new().handler(SyncHandler(said.clone())).async_handler(AsyncHandler(said));
    let model = ScriptedChat::new(JOKE.iter().copied()).named("ChatAnthropic");
    let chain = Chat::new(model).with_handlers(&handlers).chain();
    Ok(vec![Call::new("a model with two handlers", &chain, "Tell me a joke").with_notes(notes)])
}
