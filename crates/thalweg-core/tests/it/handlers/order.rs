//! Who hears first, and what waits for whom.

use std::time::Duration;

use thalweg_core::callback::{
    AsyncCallbackHandler, CallbackHandler, Handled, adispatch_custom_event, blocking, dispatch_custom_event,
};
use thalweg_core::output::LlmResult;
use thalweg_core::run::Run;
use thalweg_core::value::{Dynamic, Text};
use thalweg_core::{Chain, Config, Context, Result, lambda};

use super::support::{Log, Recorder, chat, reverse, upper};

/// The document's pair: a handler for tokens, and one that sleeps at a model's start and end.
#[tokio::test(start_paused = true)]
async fn a_model_waits_for_a_handler_that_sleeps_at_its_start_and_end() {
    struct Tokens(Log);
    impl CallbackHandler for Tokens {
        fn on_llm_new_token(&self, _run: &Run, token: &str, _chunk: &Dynamic) -> Handled {
            self.0.push(format!("token: {token}"));
            Ok(())
        }
    }
    struct Sleeps(Log);
    impl AsyncCallbackHandler for Sleeps {
        async fn on_llm_start(&self, _run: &Run, _prompts: &[Text]) -> Handled {
            self.0.push("zzzz....");
            tokio::time::sleep(Duration::from_millis(300)).await;
            self.0.push("Hi! I just woke up. Your llm is starting");
            Ok(())
        }

        async fn on_llm_end(&self, _run: &Run, _response: &LlmResult) -> Handled {
            self.0.push("zzzz....");
            tokio::time::sleep(Duration::from_millis(300)).await;
            self.0.push("Hi! I just woke up. Your llm is ending");
            Ok(())
        }
    }
    let log = Log::default();
    let config = Config::new().handler(Tokens(log.clone())).async_handler(Sleeps(log.clone()));
    let began = tokio::time::Instant::now();
    chat(&["Here", "'s", " one"]).chain().stream_with("Tell me a joke", config).fold().await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(600));
    assert_eq!(
        log.take(),
        [
            "zzzz....",
            "Hi! I just woke up. Your llm is starting",
            "token: Here",
            "token: 's",
            "token:  one",
            "token: ",
            "zzzz....",
            "Hi! I just woke up. Your llm is ending",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn handlers_hear_as_attached_and_async_ones_after_the_others() {
    let log = Log::default();
    let config = Config::new()
        .async_handler(Recorder::new("a1", &log).slow(Duration::from_secs(2)).waiting())
        .handler(Recorder::new("s1", &log))
        .async_handler(Recorder::new("a2", &log).slow(Duration::from_secs(1)).waiting())
        .handler(Recorder::new("s2", &log));
    upper().invoke_with("a", config).await.unwrap();
    assert_eq!(
        log.take(),
        ["s1", "s2", "a1", "a2"]
            .map(|label| format!("{label} chain_start upper: \"a\""))
            .into_iter()
            .chain(["s1", "s2", "a1", "a2"].map(|label| format!("{label} chain_end upper: \"A\"")))
            .collect::<Vec<_>>()
    );
}

#[test]
fn an_async_handler_in_a_blocking_call_is_waited_for() {
    let log = Log::default();
    let config = Config::new().async_handler(Recorder::new("", &log).waiting());
    (upper() | reverse()).invoke_blocking_with("ab", config).unwrap();
    assert_eq!(
        log.take(),
        [
            "chain_start RunnableSequence: \"ab\"",
            "chain_start upper: \"ab\"",
            "chain_end upper: \"AB\"",
            "chain_start reverse: \"AB\"",
            "chain_end reverse: \"BA\"",
            "chain_end RunnableSequence: \"BA\"",
        ]
    );
}

#[tokio::test]
async fn what_sync_code_dispatches_reaches_async_handlers_before_the_next_event() {
    let log = Log::default();
    let step = log.clone();
    let chain = Chain::new(move |text: String| -> Result<Chain<String, String>> {
        dispatch_custom_event("first", 1)?;
        dispatch_custom_event("second", Text::from(text.as_str()))?;
        step.push("function");
        Ok(upper())
    })
    .named("emits");
    let config = Config::new()
        .handler(Recorder::new("sync", &log))
        .async_handler(Recorder::new("async", &log).waiting());
    chain.invoke_with("a", config).await.unwrap();
    assert_eq!(
        log.take(),
        [
            "sync chain_start emits: \"a\"",
            "async chain_start emits: \"a\"",
            "sync custom_event emits: first 1",
            "sync custom_event emits: second \"a\"",
            "function",
            // The next event is that of a run below.
            "sync chain_start upper: \"a\"",
            "async custom_event emits: first 1",
            "async custom_event emits: second \"a\"",
            "async chain_start upper: \"a\"",
            "sync chain_end upper: \"A\"",
            "async chain_end upper: \"A\"",
            "sync chain_end emits: \"A\"",
            "async chain_end emits: \"A\"",
        ]
    );
}

#[tokio::test]
async fn what_sync_code_dispatches_is_waited_for_even_if_nothing_else_is_heard() {
    let log = Log::default();
    let mut recorder = Recorder::new("", &log);
    recorder.interest = thalweg_core::callback::Interest::of(thalweg_core::event::EventMask::CUSTOM);
    let chain = Chain::new(|text: String| dispatch_custom_event("only", 1).map(|()| text)).named("emits");
    let config = Config::new().async_handler(recorder.waiting());
    chain.invoke_with("a", &config).await.unwrap();
    assert_eq!(log.take(), ["custom_event emits: only 1"]);
    chain.stream_with("a", config).fold().await.unwrap();
    assert_eq!(log.take(), ["custom_event emits: only 1"]);
}

#[tokio::test]
async fn what_async_code_dispatches_is_waited_for_there() {
    let log = Log::default();
    let step = log.clone();
    let chain = lambda(move |text: String| {
        let step = step.clone();
        async move {
            adispatch_custom_event("first", 1).await?;
            step.push("function");
            Ok::<_, thalweg_core::Error>(text)
        }
    })
    .named("emits");
    let config = Config::new().async_handler(Recorder::new("", &log).waiting());
    chain.invoke_with("a", config).await.unwrap();
    assert_eq!(
        log.take(),
        ["chain_start emits: \"a\"", "custom_event emits: first 1", "function", "chain_end emits: \"a\""]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_blocking_handler_does_not_block_the_executor() {
    struct Blocks(Log);
    impl CallbackHandler for Blocks {
        fn on_chain_start(&self, run: &Run, _inputs: Option<&Dynamic>) -> Handled {
            std::thread::sleep(Duration::from_millis(60));
            self.0.push(format!("start {}", run.name()));
            Ok(())
        }

        fn on_chain_end(&self, run: &Run, _outputs: &Dynamic, _inputs: Option<&Dynamic>) -> Handled {
            self.0.push(format!("end {}", run.name()));
            Ok(())
        }
    }
    let log = Log::default();
    let config = Config::new().async_handler(blocking(Blocks(log.clone())));
    let chain = upper() | |text: String| text;
    let call = chain.invoke_with("a", config);
    let ticks = async {
        let mut ticks = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            ticks += 1;
            if ticks == 3 {
                log.push("tick");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        result = call => assert_eq!(result.unwrap(), "A"),
        () = ticks => {}
    }
    assert_eq!(
        log.take(),
        [
            "tick",
            "start RunnableSequence",
            "start upper",
            "end upper",
            "start RunnableLambda",
            "end RunnableLambda",
            "end RunnableSequence",
        ]
    );
}

#[test]
fn contexts_hold_their_handlers() {
    let log = Log::default();
    let context = Context::root().with_config(&Config::new().handler(Recorder::new("", &log)));
    upper().invoke_blocking_with("a", &context).unwrap();
    assert_eq!(log.take().len(), 2);
}
