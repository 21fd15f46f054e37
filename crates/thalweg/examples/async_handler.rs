//! A handler that waits and one that does not, on a model that answers several prompts in one call.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use thalweg::callback::Handlers;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::output::LlmResult;
use thalweg::prelude::*;
use thalweg::value::Text;

struct MyCustomSyncHandler(Sender<String>);

impl CallbackHandler for MyCustomSyncHandler {
    fn on_llm_new_token(&self, _run: &Run, token: &str, _chunk: &Dynamic) -> Handled {
        Ok(self.0.send(format!("Sync handler being called: token: {token}"))?)
    }
}

struct MyCustomAsyncHandler(Sender<String>);

impl AsyncCallbackHandler for MyCustomAsyncHandler {
    async fn on_llm_start(&self, _run: &Run, _prompts: &[Text]) -> Handled {
        self.0.send("zzzz....".to_owned())?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(self.0.send("Hi! I just woke up. Your llm is starting".to_owned())?)
    }

    async fn on_llm_end(&self, _run: &Run, _response: &LlmResult) -> Handled {
        self.0.send("zzzz....".to_owned())?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(self.0.send("Hi! I just woke up. Your llm is ending".to_owned())?)
    }
}

/// A model that streams to its handlers even when it is asked for the whole answer.
fn model(sender: &Sender<String>) -> thalweg::Result<Chat> {
    let handlers = Handlers::new()
        .handler(MyCustomSyncHandler(sender.clone()))
        .async_handler(MyCustomAsyncHandler(sender.clone()));
    let recorded = include_str!("data/bicycle.chunks.json");
    let params = ModelParams::new("anthropic", "claude-3-sonnet-20240229").max_tokens(25);
    let model = ReplayChat::from_json(recorded)?.params(params);
    Ok(Chat::new(model).always_streaming().with_handlers(&handlers))
}

/// The model as a chain, its input, and what its handlers say, for those who want its events.
#[allow(dead_code, reason = "the program itself calls the model without a chain")]
pub(crate) fn build() -> thalweg::Result<(Chain<PromptValue, AiMessage>, PromptValue, Receiver<String>)> {
    let (sender, heard) = channel();
    Ok((model(&sender)?.chain(), "Tell me a joke".into(), heard))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (sender, heard) = channel();
    let result = model(&sender)?.generate([vec![Message::human("Tell me a joke")]]).await?;
    heard.try_iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "{}", serde_json::to_string(&result)?)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
