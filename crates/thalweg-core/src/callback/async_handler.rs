//! [`AsyncCallbackHandler`]: a handler whose methods wait.

use std::future::{Future, ready};
use std::sync::Arc;

use super::call::{Call, transcript};
use super::{FailurePolicy, Handled, Interest};
use crate::document::Document;
use crate::error::Error;
use crate::event::Event;
use crate::message::Message;
use crate::output::LlmResult;
use crate::run::Run;
use crate::value::{Dynamic, Text};

/// Hears what happens to runs, and is waited for: the run goes on when the method is done. Every method does nothing
/// unless it is written, as an `async fn`.
///
/// Attach it to a call with [`Config::async_handler`](crate::Config::async_handler). Of one event first all
/// [`CallbackHandler`](super::CallbackHandler)s hear, then the async ones, each when the one before is done.
///
/// ```
/// use thalweg_core::callback::{AsyncCallbackHandler, Handled};
/// use thalweg_core::output::LlmResult;
/// use thalweg_core::run::Run;
///
/// struct Store;
///
/// impl Store {
///     async fn write(&self, _name: &str) -> std::io::Result<()> {
///         Ok(())
///     }
/// }
///
/// impl AsyncCallbackHandler for Store {
///     async fn on_llm_end(&self, run: &Run, _response: &LlmResult) -> Handled {
///         Ok(self.write(run.name()).await?)
///     }
/// }
/// ```
#[allow(unused_variables, reason = "the names of the arguments are documentation")]
pub trait AsyncCallbackHandler: Send + Sync + 'static {
    /// Which events it wants; asked once, when it is attached. All that its methods hear unless overridden.
    fn interest(&self) -> Interest {
        Interest::default()
    }

    /// What happens when it fails; asked once, when it is attached. The run goes on unless overridden.
    fn failure(&self) -> FailurePolicy {
        FailurePolicy::default()
    }

    /// Any event that it wants, except cancellation. Calls the method for the event unless overridden.
    fn on_event(&self, event: &Event) -> impl Future<Output = Handled> + Send {
        deliver(self, event)
    }

    /// The cancellation of a run, which nobody waits for. Calls [`on_cancelled`](Self::on_cancelled) unless overridden.
    fn on_cancelled_event(&self, event: &Event) -> Handled {
        self.on_cancelled(&event.run)
    }

    /// A chat model starts. Calls [`on_llm_start`](Self::on_llm_start) with the messages as one text unless
    /// overridden.
    fn on_chat_model_start(
        &self,
        run: &Run,
        messages: &[Arc<Message>],
    ) -> impl Future<Output = Handled> + Send {
        async move { self.on_llm_start(run, &[transcript(messages)]).await }
    }

    /// A text model starts.
    fn on_llm_start(&self, run: &Run, prompts: &[Text]) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chat or text model hands on a chunk; `token` is its text.
    fn on_llm_new_token(
        &self,
        run: &Run,
        token: &str,
        chunk: &Dynamic,
    ) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chat or text model ended well.
    fn on_llm_end(&self, run: &Run, response: &LlmResult) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chat or text model failed; `partial` is what had come until then.
    fn on_llm_error(
        &self,
        run: &Run,
        error: &Error,
        partial: Option<&LlmResult>,
    ) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chain, prompt, parser or embedding starts. The inputs of a run that transforms a stream are not known yet.
    fn on_chain_start(&self, run: &Run, inputs: Option<&Dynamic>) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chain, prompt, parser or embedding ended well. The inputs are there if they were not known at the start.
    fn on_chain_end(
        &self,
        run: &Run,
        outputs: &Dynamic,
        inputs: Option<&Dynamic>,
    ) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A chain, prompt, parser or embedding failed. The inputs are there if they were not known at the start.
    fn on_chain_error(
        &self,
        run: &Run,
        error: &Error,
        inputs: Option<&Dynamic>,
    ) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A tool starts.
    fn on_tool_start(&self, run: &Run, input: &Dynamic) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A tool ended well.
    fn on_tool_end(&self, run: &Run, output: &Dynamic) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A tool failed.
    fn on_tool_error(&self, run: &Run, error: &Error) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A retriever starts.
    fn on_retriever_start(&self, run: &Run, query: &str) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A retriever ended well.
    fn on_retriever_end(
        &self,
        run: &Run,
        documents: &[Arc<Document>],
    ) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A retriever failed.
    fn on_retriever_error(&self, run: &Run, error: &Error) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A retried runnable starts attempt number `attempt`, from 2, because of `error`.
    fn on_retry(&self, run: &Run, attempt: u32, error: &Error) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// The application dispatched an event of its own inside `run`.
    fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> impl Future<Output = Handled> + Send {
        ready(Ok(()))
    }

    /// A run of any kind was dropped or cancelled before its end. Nobody can be waited for then, so this method does
    /// not wait; a failure here is noted and aborts nothing.
    fn on_cancelled(&self, run: &Run) -> Handled {
        Ok(())
    }
}

/// Calls the method that the event is for.
async fn deliver<H: AsyncCallbackHandler + ?Sized>(handler: &H, event: &Event) -> Handled {
    let run = &*event.run;
    match Call::new(event) {
        Call::ChatModelStart(messages) => handler.on_chat_model_start(run, &messages).await,
        Call::LlmStart(prompts) => handler.on_llm_start(run, &prompts).await,
        Call::NewToken { token, chunk } => handler.on_llm_new_token(run, &token, chunk).await,
        Call::LlmEnd(response) => handler.on_llm_end(run, &response).await,
        Call::LlmError { error, partial } => handler.on_llm_error(run, error, partial.as_deref()).await,
        Call::ChainStart { inputs } => handler.on_chain_start(run, inputs).await,
        Call::ChainEnd { outputs, inputs } => handler.on_chain_end(run, outputs, inputs).await,
        Call::ChainError { error, inputs } => handler.on_chain_error(run, error, inputs).await,
        Call::ToolStart { input } => handler.on_tool_start(run, input).await,
        Call::ToolEnd { output } => handler.on_tool_end(run, output).await,
        Call::ToolError { error } => handler.on_tool_error(run, error).await,
        Call::RetrieverStart { query } => handler.on_retriever_start(run, &query).await,
        Call::RetrieverEnd(documents) => handler.on_retriever_end(run, &documents).await,
        Call::RetrieverError { error } => handler.on_retriever_error(run, error).await,
        Call::Retry { attempt, error } => handler.on_retry(run, attempt, error).await,
        Call::Cancelled => handler.on_cancelled(run),
        Call::Custom { name, data } => handler.on_custom_event(run, name, data).await,
        Call::Nothing => Ok(()),
    }
}
