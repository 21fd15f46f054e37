//! The model that the workloads share, and chain P.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt};
use thalweg_core::Chain;
use thalweg_core::Result;
use thalweg_core::message::{AiMessage, AiMessageChunk};
use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
use thalweg_core::parser::StrOutputParser;
use thalweg_core::prompt::{ChatPromptTemplate, PromptValue};
use thalweg_core::runnable::Runnable;
use thalweg_core::value::Dynamic;
use thalweg_core::vars;

/// Streams one message chunk per text and never waits.
struct FakeModel(Arc<[String]>);

impl ChatModel for FakeModel {
    fn name(&self) -> Cow<'_, str> {
        "FakeModel".into()
    }

    fn params(&self, _options: &CallOptions) -> ModelParams {
        ModelParams::new("fake", "fake-1")
    }

    fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let mut i = 0;
        stream::poll_fn(move |_| {
            let piece = self.0.get(i).map(|text| Ok(AiMessageChunk::new(text.as_str()).into()));
            i += 1;
            std::task::Poll::Ready(piece)
        })
        .boxed()
    }
}

/// The model of these texts.
pub(super) fn model(n: usize) -> Chat {
    Chat::new(FakeModel(super::texts(n)))
}

/// `FakeModel(texts(n)) | string parser`.
pub(super) fn model_and_parser(n: usize) -> Chain<PromptValue, String> {
    model(n) | StrOutputParser
}

/// Chain P.
#[allow(clippy::expect_used, reason = "the template is written here")]
pub(super) fn chain_p(n: usize) -> Chain<Dynamic, String> {
    let prompt = ChatPromptTemplate::from_messages([("human", "{x}")]).expect("a template");
    let model: Chain<PromptValue, AiMessage> = Runnable::into_chain(model(n));
    prompt | model | StrOutputParser
}

/// The input of chain P.
pub(super) fn input() -> Dynamic {
    vars! { "x": "hi" }.into()
}
