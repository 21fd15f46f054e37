//! What the models of a call say.

use std::borrow::Cow;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, Waker};

use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use thalweg_core::event::EventFilter;
use thalweg_core::message::{AiMessage, AiMessageChunk, Block, ToolCallChunk, UsageMetadata};
use thalweg_core::model::{CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, ModelParams};
use thalweg_core::runnable::Parallel;
use thalweg_core::value::Map;
use thalweg_core::view::{MessageEvent, MessageEventKind as Kind, MessageStream};
use thalweg_core::{Chain, Config, Context, Error, Result, Runnable};

/// Says these pieces, and then waits for ever, fails, or ends.
#[derive(Clone)]
pub(super) struct Says {
    name: &'static str,
    pieces: Vec<AiMessageChunk>,
    streams: bool,
    then: Then,
}

#[derive(Clone, Copy)]
pub(super) enum Then {
    End,
    Fail,
    Wait,
}

pub(super) fn says(pieces: impl IntoIterator<Item = AiMessageChunk>) -> Says {
    Says { name: "Says", pieces: pieces.into_iter().collect(), streams: true, then: Then::End }
}

impl Says {
    pub(super) fn then(self, then: Then) -> Self {
        Self { then, ..self }
    }
}

impl ChatModel for Says {
    fn name(&self) -> Cow<'_, str> {
        self.name.into()
    }

    fn params(&self, _options: &CallOptions) -> ModelParams {
        ModelParams::new("test", "says-1")
    }

    fn streams(&self) -> bool {
        self.streams
    }

    fn stream(self: Arc<Self>, _request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let pieces = stream::iter(self.pieces.clone()).map(|piece| Ok(piece.into()));
        match self.then {
            Then::End => pieces.boxed(),
            Then::Fail => pieces.chain(stream::iter([Err(Error::other("cut"))])).boxed(),
            Then::Wait => pieces.chain(stream::pending()).boxed(),
        }
    }
}

fn line(event: &MessageEvent) -> String {
    match &event.kind {
        Kind::Start => "start".to_owned(),
        Kind::Text(text) => format!("text {text:?}"),
        Kind::Reasoning(text) => format!("reasoning {text:?}"),
        Kind::ToolCallPiece(piece) => format!("piece {:?}", piece.args.as_deref().unwrap_or_default()),
        Kind::Block(block) => format!("block {}", block.kind().unwrap_or_default()),
        Kind::Usage(usage) => format!("usage {}", usage.total_tokens),
        Kind::ToolCall(call) => {
            format!("call {} {}", call.name, thalweg_core::value::Dynamic::from(call.args.clone()))
        }
        Kind::InvalidToolCall(call) => format!("invalid {}", call.args.as_deref().unwrap_or_default()),
        Kind::End(message) => format!("end {:?}", message.text()),
        Kind::Error { error, message } => {
            format!("error {} {:?}", error.message(), message.as_ref().map(AiMessage::text))
        }
        Kind::Cancelled => "cancelled".to_owned(),
        other => format!("{other:?}"),
    }
}

fn read(mut stream: MessageStream) -> (Vec<String>, Option<Error>) {
    let (mut lines, mut error) = (Vec::new(), None);
    while let Some(item) = stream.next().now_or_never().expect("nothing waits here") {
        match item {
            Ok(event) => lines.push(line(&event)),
            Err(failed) => error = Some(failed),
        }
    }
    (lines, error)
}

fn everything() -> Says {
    let piece = |args: &str, index| ToolCallChunk::args(args).with_index(index);
    says([
        AiMessageChunk::new(vec![Block::reasoning("Let me see."), Block::text("So")]),
        AiMessageChunk::new(vec![Block::from(": "), Block::non_standard(Map::new())])
            .with_usage(UsageMetadata::new(3, 1)),
        AiMessageChunk::default()
            .with_tool_call_chunks([ToolCallChunk::new("add", r#"{"a":"#).with_index(0)]),
        AiMessageChunk::default()
            .with_tool_call_chunks([piece(" 1}", 0), ToolCallChunk::new("x", "[").with_index(1)]),
        AiMessageChunk::default().with_usage(UsageMetadata::new(0, 4)),
    ])
}

#[test]
fn a_message_comes_told_apart() {
    for config in [Config::new(), Config::new().compat(true)] {
        let chain = Chat::new(everything()) | |message: AiMessage| message.tool_calls.len();
        let (lines, error) = read(chain.stream_messages_with("go", config, EventFilter::new()));
        assert!(error.is_none());
        let expected = [
            "start",
            r#"reasoning "Let me see.""#,
            r#"text "So""#,
            r#"text ": ""#,
            "block non_standard",
            "usage 4",
            r#"piece "{\"a\":""#,
            r#"piece " 1}""#,
            r#"piece "[""#,
            "usage 8",
            r#"call add {"a":1}"#,
            "invalid [",
            r#"end "So: ""#,
        ];
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_model_that_answers_at_once_says_it_in_one_piece() {
    let model = Says { streams: false, ..everything() };
    let (lines, _) = read(Chat::new(model).chain().stream_messages("go"));
    let expected = [
        "start",
        r#"reasoning "Let me see.""#,
        r#"text "So""#,
        r#"text ": ""#,
        "block non_standard",
        "usage 8",
        r#"call add {"a":1}"#,
        "invalid [",
        r#"end "So: ""#,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_model_that_is_called_inside_a_function_streams() {
    let model: Chain<String, AiMessage> =
        Chat::new(says(["one ", "two"].map(AiMessageChunk::new))).into_chain();
    let chain = thalweg_core::lambda(move |text: String| {
        let model = model.clone();
        async move { Ok::<_, Error>(model.invoke(text).await?.text().len()) }
    });
    let pieces: Vec<_> = chain.stream_messages("go").text().collect::<Vec<_>>().now_or_never().unwrap();
    let pieces: Vec<_> = pieces.into_iter().map(|piece| piece.unwrap().to_string()).collect();
    assert_eq!(pieces, ["one ", "two"]);
}

#[test]
fn models_beside_each_other_are_told_apart_and_chosen() {
    let model = |name, word: &str| -> Chain<String, AiMessage> {
        Chat::new(Says { name, ..says([AiMessageChunk::new(word)]) }).into_chain()
    };
    let both = Parallel::new().branch("a", model("A", "a")).branch("b", model("B", "b")).into_chain();
    let texts = |stream: MessageStream| {
        let events: Vec<_> = stream.collect::<Vec<_>>().now_or_never().unwrap();
        let said = events.into_iter().filter_map(|event| match event.unwrap() {
            MessageEvent { run, kind: Kind::Text(text), .. } => Some(format!("{} {text}", run.name())),
            _ => None,
        });
        let mut said: Vec<_> = said.collect();
        said.sort();
        said
    };
    assert_eq!(texts(both.stream_messages("go")), ["A a", "B b"]);
    let filter = EventFilter::new().include_tags(["map:key:b"]);
    assert_eq!(texts(both.stream_messages_with("go", Context::current(), filter)), ["B b"]);
}

#[test]
fn a_failure_shows_what_was_said() {
    let model = says([AiMessageChunk::new("so far")]).then(Then::Fail);
    let (lines, error) = read(Chat::new(model).chain().stream_messages("go"));
    assert_eq!(lines, ["start", r#"text "so far""#, r#"error cut Some("so far")"#]);
    assert_eq!(error.unwrap().message(), "cut");
}

#[test]
fn a_dropped_call_says_so() {
    let model = says([AiMessageChunk::new("so far")]).then(Then::Wait);
    let mut stream = Chat::new(model).chain().stream_messages("go");
    let mut lines = Vec::new();
    let mut poller = Poller::from_waker(Waker::noop());
    while let Poll::Ready(Some(event)) = stream.poll_next_unpin(&mut poller) {
        lines.push(line(&event.unwrap()));
    }
    stream.cancel();
    while let Poll::Ready(Some(event)) = stream.poll_next_unpin(&mut poller) {
        lines.push(line(&event.unwrap()));
    }
    assert_eq!(lines, ["start", r#"text "so far""#, "cancelled"]);
}
