//! Each event calls the method that is for it, with what it needs, and nobody else's payload is built.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use thalweg_core::callback::{
    AsyncCallbackHandler, CallbackHandler, Handled, Handlers, Interest, dispatch_custom_event, handler_fn,
};
use thalweg_core::event::{Event, EventMask};
use thalweg_core::message::AiMessage;
use thalweg_core::run::{Run, RunKind};
use thalweg_core::value::{Dynamic, Last, Text, Value};
use thalweg_core::{Chain, Config, Result};

use super::support::{Letters, Log, Part, Recorder, broken, chat, reverse, upper};

#[test]
fn every_kind_of_run_has_its_own_methods() {
    let log = Log::default();
    let config = Config::new().handler(Recorder::new("", &log));
    for (kind, start, end) in [
        (RunKind::Chain, "chain_start chain: \"x\"", "chain_end chain: \"x\""),
        (RunKind::Prompt, "chain_start prompt: \"x\"", "chain_end prompt: \"x\""),
        (RunKind::Parser, "chain_start parser: \"x\"", "chain_end parser: \"x\""),
        (RunKind::Embedding, "chain_start embedding: \"x\"", "chain_end embedding: \"x\""),
        (RunKind::Llm, "llm_start llm: x", "llm_end llm: x"),
        (RunKind::Tool, "tool_start tool: \"x\"", "tool_end tool: \"x\""),
        (RunKind::Retriever, "retriever_start retriever: x", "retriever_end retriever: x|more"),
    ] {
        Part::chain(kind).invoke_blocking_with("x", &config).unwrap();
        assert_eq!(log.take(), [start, end]);
    }
}

#[test]
fn every_kind_of_run_has_its_own_error_method() {
    let log = Log::default();
    let config = Config::new().handler(Recorder::new("", &log));
    for (kind, error) in [
        (RunKind::Chain, "chain_error chain: bad input"),
        (RunKind::Prompt, "chain_error prompt: bad input"),
        (RunKind::Parser, "chain_error parser: bad input"),
        (RunKind::Embedding, "chain_error embedding: bad input"),
        (RunKind::Llm, "llm_error llm: bad input ()"),
        (RunKind::Tool, "tool_error tool: bad input"),
        (RunKind::Retriever, "retriever_error retriever: bad input"),
    ] {
        Part::chain(kind).invoke_blocking_with("bad", &config).unwrap_err();
        assert_eq!(log.take().last().map(String::as_str), Some(error));
    }
}

#[test]
fn chat_models_tell_their_messages_tokens_and_result() {
    let log = Log::default();
    let config = Config::new().handler(Recorder::new("", &log));
    let chunks: Vec<_> = chat(&["one ", "two"]).chain().stream_blocking_with("hi", &config).collect();
    assert_eq!(chunks.len(), 3);
    assert_eq!(
        log.take(),
        [
            "chat_model_start Words: hi",
            "llm_new_token Words: one ",
            "llm_new_token Words: two",
            "llm_new_token Words",
            "llm_end Words: one two",
        ]
    );
    chat(&["one "]).chain().invoke_blocking_with("hi", &config).unwrap();
    assert_eq!(log.take(), ["chat_model_start Words: hi", "llm_end Words: one "]);
    let failed: Result<Vec<_>> = chat(&["one ", "bad"]).chain().stream_blocking_with("hi", &config).collect();
    failed.unwrap_err();
    assert_eq!(log.take().last().unwrap(), "llm_error Words: the model is tired (one )");
}

#[test]
fn a_handler_without_a_method_for_chat_models_hears_of_their_prompt_as_text() {
    struct TextOnly(Log);
    impl CallbackHandler for TextOnly {
        fn on_llm_start(&self, _run: &Run, prompts: &[Text]) -> Handled {
            self.0.push(prompts.join("|"));
            Ok(())
        }
    }
    struct Waits(Log);
    impl AsyncCallbackHandler for Waits {
        async fn on_llm_start(&self, _run: &Run, prompts: &[Text]) -> Handled {
            self.0.push(format!("async {}", prompts.join("|")));
            Ok(())
        }
    }
    let log = Log::default();
    let config = Config::new().handler(TextOnly(log.clone())).async_handler(Waits(log.clone()));
    chat(&["one"]).chain().invoke_blocking_with("hi", config).unwrap();
    assert_eq!(log.take(), ["Human: hi", "async Human: hi"]);
}

#[test]
fn inputs_come_at_the_end_where_a_stream_was_transformed() {
    let log = Log::default();
    let config = Config::new().compat(true).handler(Recorder::new("", &log));
    upper().stream_blocking_with("ab", config).for_each(|chunk| drop(chunk.unwrap()));
    assert_eq!(log.take(), ["chain_start upper", "chain_end upper: \"AB\" of \"ab\""]);
}

#[test]
fn an_interest_narrows_what_is_called() {
    let log = Log::default();
    let mut recorder = Recorder::new("", &log);
    let chain = upper() | (|text: String| Dynamic::from(text)) | Part(RunKind::Tool);
    for (interest, expected) in [
        (Interest::default().ignore_chain(), vec!["tool_start tool: \"AB\"", "tool_end tool: \"AB\""]),
        (Interest::of(EventMask::END).only(&[RunKind::Tool]), vec!["tool_end tool: \"AB\""]),
        (Interest::default().ignore_agent().ignore_chain(), vec![]),
    ] {
        recorder.interest = interest;
        chain.invoke_blocking_with("ab", Config::new().handler(recorder.clone())).unwrap();
        assert_eq!(log.take(), expected);
    }
    for (interest, expected) in [
        (Interest::default().ignore_llm(), vec!["chat_model_start Words: hi"]),
        (Interest::default().ignore_chat_model(), vec!["llm_end Words: one"]),
    ] {
        recorder.interest = interest;
        chat(&["one"]).chain().invoke_blocking_with("hi", Config::new().handler(recorder.clone())).unwrap();
        assert_eq!(log.take(), expected);
    }
}

/// A text that counts how often an event is made of it.
#[derive(Clone, Debug)]
struct Counted(String);

static SHOWN: AtomicUsize = AtomicUsize::new(0);

impl Value for Counted {
    type Chunk = Self;
    type Fold = Last<Self>;

    fn into_chunk(self) -> Self {
        self
    }

    fn from_sum(sum: Option<Self>) -> Result<Self> {
        sum.ok_or_else(thalweg_core::value::empty_stream::<Self>)
    }

    fn to_dynamic(&self) -> Dynamic {
        SHOWN.fetch_add(1, Ordering::Relaxed);
        self.0.as_str().into()
    }

    fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
        chunk.to_dynamic()
    }
}

#[test]
fn what_nobody_wants_is_not_built() {
    let log = Log::default();
    let count = |config: Config| {
        let before = SHOWN.load(Ordering::Relaxed);
        let chain = Chain::new(|value: Counted| -> Result<Counted> {
            dispatch_custom_event("seen", 1)?;
            Ok(value)
        }) | |value: Counted| value;
        chain.stream_blocking_with(Counted("x".to_owned()), config).for_each(|chunk| drop(chunk.unwrap()));
        SHOWN.load(Ordering::Relaxed) - before
    };
    let heard = log.clone();
    let custom = Config::new().on_custom_event(move |_: &Run, name: &str, data: &Dynamic| {
        heard.push(format!("{name} {data}"));
    });
    assert_eq!(count(Config::new()), 0);
    assert_eq!(count(custom), 0);
    assert_eq!(log.take(), ["seen 1"]);
    // The methods of a handler hear no chunks of chains.
    let methods = count(Config::new().handler(Recorder::new("", &log)));
    let everything = count(Config::new().handler(handler_fn(EventMask::ALL, |_: &Event| {})));
    assert!(methods < everything, "{methods} {everything}");
    assert_eq!(count(Config::new().handler(handler_fn(EventMask::CANCELLED, |_: &Event| {}))), 0);
}

#[test]
fn local_handlers_hear_their_component_and_inherited_ones_all_below() {
    let log = Log::default();
    let local = Handlers::new().handler(Recorder::new("local", &log));
    let chain =
        upper() | chat(&["one"]).with_handlers(&local) | |answer: AiMessage| answer.text().into_owned();
    chain.invoke_blocking_with("hi", Config::new().handler(Recorder::new("call", &log))).unwrap();
    let lines = log.take();
    let model: Vec<_> = lines.iter().filter(|line| line.contains("Words")).collect();
    assert_eq!(
        model,
        [
            "call chat_model_start Words: HI",
            "local chat_model_start Words: HI",
            "call llm_end Words: one",
            "local llm_end Words: one",
        ]
    );
    assert_eq!(lines.iter().filter(|line| line.starts_with("local")).count(), 2);
    assert_eq!(lines.iter().filter(|line| line.starts_with("call")).count(), 8);
}

#[test]
fn the_same_handler_attached_twice_hears_once() {
    let log = Log::default();
    let shared = Arc::new(Recorder::new("", &log));
    let waiting = Arc::new(Recorder::new("async", &log).waiting());
    let config = Config::new()
        .handler(Arc::clone(&shared))
        .handler(Arc::clone(&shared))
        .handler(shared.clone() as Arc<dyn CallbackHandler>)
        .async_handler(Arc::clone(&waiting))
        .async_handler(waiting);
    let local = Handlers::new().handler(Arc::clone(&shared)).handler(shared);
    assert_eq!(local.len(), 1);
    chat(&["one"]).with_handlers(&local).chain().invoke_blocking_with("hi", config).unwrap();
    assert_eq!(
        log.take(),
        [
            "chat_model_start Words: hi",
            "async chat_model_start Words: hi",
            "llm_end Words: one",
            "async llm_end Words: one",
        ]
    );
}

#[test]
fn handlers_hear_failures_on_every_level() {
    let log = Log::default();
    let config = Config::new().handler(Recorder::new("", &log));
    (upper() | broken() | reverse()).invoke_blocking_with("ab", config).unwrap_err();
    assert_eq!(
        log.take(),
        [
            "chain_start RunnableSequence: \"ab\"",
            "chain_start upper: \"ab\"",
            "chain_end upper: \"AB\"",
            "chain_start broken: \"AB\"",
            "chain_error broken: no",
            "chain_error RunnableSequence: no",
        ]
    );
}

#[test]
fn dropping_a_stream_cancels_each_open_run_once() {
    let log = Log::default();
    let config =
        Config::new().handler(Recorder::new("", &log)).async_handler(Recorder::new("async", &log).waiting());
    let chain = Chain::new(Letters) | |text: String| text;
    let mut stream = chain.stream_blocking_with("abc", config);
    stream.next().unwrap().unwrap();
    log.take();
    drop(stream);
    assert_eq!(
        log.take(),
        [
            "cancelled RunnableLambda",
            "async cancelled RunnableLambda",
            "cancelled RunnableSequence",
            "async cancelled RunnableSequence",
        ]
    );
    let config =
        Config::new().handler(Recorder::new("", &log)).async_handler(Recorder::new("async", &log).waiting());
    let mut stream = chat(&["one ", "two"]).chain().stream_blocking_with("hi", config);
    stream.next().unwrap().unwrap();
    log.take();
    drop(stream);
    assert_eq!(log.take(), ["cancelled Words", "async cancelled Words"]);
}
