//! [`CallbackHandler`]: what is called when something happens to a run.

use std::sync::Arc;

use super::Interest;
use super::call::{Call, transcript};
use crate::document::Document;
use crate::error::{BoxError, Error};
use crate::event::Event;
use crate::message::Message;
use crate::output::LlmResult;
use crate::run::Run;
use crate::value::{Dynamic, Text};

/// What a handler's method returns: `Ok(())`, or any error. What an error does, the handler's
/// [`FailurePolicy`] says.
pub type Handled = Result<(), BoxError>;

/// What happens when a handler fails or panics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailurePolicy {
    /// The failure is noted (see [`failures`](super::failures)) and the run goes on.
    #[default]
    Log,
    /// The run fails with an error of kind [`Handler`](crate::ErrorKind::Handler) that has the handler's own as
    /// its source. The other handlers still hear the event.
    Abort,
    /// As [`Abort`](Self::Abort), but handlers attached behind this one do not hear the event: what
    /// langchain-core's `raise_error` does in calls that are not async.
    AbortAtOnce,
}

/// Hears what happens to runs. Every method does nothing unless it is written.
///
/// Attach it to a call with [`Config::handler`](crate::Config::handler): it then hears the call's run and all below.
/// The methods are called where the run is polled and in the order of the handlers, so they must not block; for one
/// that does, see [`blocking`](super::blocking), for one that waits, [`AsyncCallbackHandler`](super::AsyncCallbackHandler).
///
/// ```
/// use std::sync::Mutex;
/// use thalweg_core::callback::{CallbackHandler, Handled};
/// use thalweg_core::run::Run;
/// use thalweg_core::value::Dynamic;
///
/// #[derive(Default)]
/// struct Names(Mutex<Vec<String>>);
///
/// impl CallbackHandler for Names {
///     fn on_chain_start(&self, run: &Run, _inputs: Option<&Dynamic>) -> Handled {
///         self.0.lock().unwrap().push(run.name().to_string());
///         Ok(())
///     }
/// }
/// ```
#[allow(unused_variables, reason = "the names of the arguments are documentation")]
pub trait CallbackHandler: Send + Sync + 'static {
    /// Which events it wants; asked once, when it is attached. All that its methods hear unless overridden.
    fn interest(&self) -> Interest {
        Interest::default()
    }

    /// What happens when it fails; asked once, when it is attached. The run goes on unless overridden.
    fn failure(&self) -> FailurePolicy {
        FailurePolicy::default()
    }

    /// Any event that it wants. Calls the method for the event unless overridden.
    fn on_event(&self, event: &Event) -> Handled {
        deliver(self, event)
    }

    /// A chat model starts. Calls [`on_llm_start`](Self::on_llm_start) with the messages as one text unless
    /// overridden.
    fn on_chat_model_start(&self, run: &Run, messages: &[Arc<Message>]) -> Handled {
        self.on_llm_start(run, &[transcript(messages)])
    }

    /// A text model starts.
    fn on_llm_start(&self, run: &Run, prompts: &[Text]) -> Handled {
        Ok(())
    }

    /// A chat or text model hands on a chunk; `token` is its text.
    fn on_llm_new_token(&self, run: &Run, token: &str, chunk: &Dynamic) -> Handled {
        Ok(())
    }

    /// A chat or text model ended well.
    fn on_llm_end(&self, run: &Run, response: &LlmResult) -> Handled {
        Ok(())
    }

    /// A chat or text model failed; `partial` is what had come until then.
    fn on_llm_error(&self, run: &Run, error: &Error, partial: Option<&LlmResult>) -> Handled {
        Ok(())
    }

    /// A chain, prompt, parser or embedding starts. The inputs of a run that transforms a stream are not known yet.
    fn on_chain_start(&self, run: &Run, inputs: Option<&Dynamic>) -> Handled {
        Ok(())
    }

    /// A chain, prompt, parser or embedding ended well. The inputs are there if they were not known at the start.
    fn on_chain_end(&self, run: &Run, outputs: &Dynamic, inputs: Option<&Dynamic>) -> Handled {
        Ok(())
    }

    /// A chain, prompt, parser or embedding failed. The inputs are there if they were not known at the start.
    fn on_chain_error(&self, run: &Run, error: &Error, inputs: Option<&Dynamic>) -> Handled {
        Ok(())
    }

    /// A tool starts.
    fn on_tool_start(&self, run: &Run, input: &Dynamic) -> Handled {
        Ok(())
    }

    /// A tool ended well.
    fn on_tool_end(&self, run: &Run, output: &Dynamic) -> Handled {
        Ok(())
    }

    /// A tool failed.
    fn on_tool_error(&self, run: &Run, error: &Error) -> Handled {
        Ok(())
    }

    /// A retriever starts.
    fn on_retriever_start(&self, run: &Run, query: &str) -> Handled {
        Ok(())
    }

    /// A retriever ended well.
    fn on_retriever_end(&self, run: &Run, documents: &[Arc<Document>]) -> Handled {
        Ok(())
    }

    /// A retriever failed.
    fn on_retriever_error(&self, run: &Run, error: &Error) -> Handled {
        Ok(())
    }

    /// A retried runnable starts attempt number `attempt`, from 2, because of `error`.
    fn on_retry(&self, run: &Run, attempt: u32, error: &Error) -> Handled {
        Ok(())
    }

    /// The application dispatched an event of its own inside `run`.
    fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        Ok(())
    }

    /// A run of any kind was dropped or cancelled before its end. A failure here is noted and aborts nothing.
    fn on_cancelled(&self, run: &Run) -> Handled {
        Ok(())
    }
}

/// Calls the method that the event is for.
fn deliver<H: CallbackHandler + ?Sized>(handler: &H, event: &Event) -> Handled {
    let run = &*event.run;
    match Call::new(event) {
        Call::ChatModelStart(messages) => handler.on_chat_model_start(run, &messages),
        Call::LlmStart(prompts) => handler.on_llm_start(run, &prompts),
        Call::NewToken { token, chunk } => handler.on_llm_new_token(run, &token, chunk),
        Call::LlmEnd(response) => handler.on_llm_end(run, &response),
        Call::LlmError { error, partial } => handler.on_llm_error(run, error, partial.as_deref()),
        Call::ChainStart { inputs } => handler.on_chain_start(run, inputs),
        Call::ChainEnd { outputs, inputs } => handler.on_chain_end(run, outputs, inputs),
        Call::ChainError { error, inputs } => handler.on_chain_error(run, error, inputs),
        Call::ToolStart { input } => handler.on_tool_start(run, input),
        Call::ToolEnd { output } => handler.on_tool_end(run, output),
        Call::ToolError { error } => handler.on_tool_error(run, error),
        Call::RetrieverStart { query } => handler.on_retriever_start(run, &query),
        Call::RetrieverEnd(documents) => handler.on_retriever_end(run, &documents),
        Call::RetrieverError { error } => handler.on_retriever_error(run, error),
        Call::Retry { attempt, error } => handler.on_retry(run, attempt, error),
        Call::Cancelled => handler.on_cancelled(run),
        Call::Custom { name, data } => handler.on_custom_event(run, name, data),
        Call::Nothing => Ok(()),
    }
}
