//! Custom events: where they may be dispatched, and what they carry.

use std::sync::{Arc, Mutex, Weak};

use thalweg_core::callback::{
    AsyncCallbackHandler, CustomEvent, Handled, Payload, adispatch_custom_event, adispatch_custom_event_in,
    dispatch_custom_event, dispatch_custom_event_in,
};
use thalweg_core::message::Message;
use thalweg_core::run::Run;
use thalweg_core::schema::Type;
use thalweg_core::tool::Tool;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Config, Context, Error, ErrorKind, Result, lambda, lambda_with};

use super::support::{Log, Recorder, chat, upper};

#[test]
fn the_documents_inline_handler() {
    let log = Log::default();
    let seen = log.clone();
    let reflect = lambda(|value: String| async move {
        let reversed: String = value.chars().rev().collect();
        adispatch_custom_event("event1", serde_json::json!({"reversed": reversed})).await?;
        adispatch_custom_event("event2", 5).await?;
        Ok::<_, thalweg_core::Error>(value)
    });
    let config =
        Config::new().tags(["foo", "bar"]).on_custom_event(move |run: &Run, name: &str, data: &Dynamic| {
            seen.push(format!("{name} {data} {:?}", run.tags()));
        });
    assert_eq!(reflect.invoke_blocking_with("hello world", config).unwrap(), "hello world");
    assert_eq!(
        log.take(),
        [r#"event1 {"reversed":"dlrow olleh"} ["foo", "bar"]"#, r#"event2 5 ["foo", "bar"]"#]
    );
}

#[tokio::test]
async fn outside_a_run_it_is_an_error() {
    let error = dispatch_custom_event("mine", 1).unwrap_err();
    assert_eq!((error.kind(), error.fact("event")), (ErrorKind::OutsideRun, Some("mine")));
    let error = adispatch_custom_event("mine", 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutsideRun);
    let error = dispatch_custom_event_in(&Context::root(), "mine", 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutsideRun);
    let error = adispatch_custom_event_in(&Context::root(), "mine", 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutsideRun);
}

#[test]
fn with_nobody_listening_it_is_none() {
    let chain = Chain::new(|text: String| dispatch_custom_event("mine", 1).map(|()| text));
    assert_eq!(chain.invoke_blocking("a").unwrap(), "a");
}

#[tokio::test]
async fn a_context_given_by_hand_serves_other_threads_and_tasks() {
    let log = Log::default();
    let chain = lambda_with(|text: String, context: Context| async move {
        let other = context.clone();
        std::thread::spawn(move || dispatch_custom_event_in(&other, "thread", 1)).join().unwrap()?;
        let other = context.clone();
        let task = async move { adispatch_custom_event_in(&other, "task", 2).await };
        tokio::spawn(task).await.unwrap()?;
        tokio::spawn(context.scope(async { dispatch_custom_event("scoped", 3) })).await.unwrap()?;
        Ok::<_, thalweg_core::Error>(text)
    })
    .named("spawns");
    let config = Config::new().handler(Recorder::new("", &log));
    chain.invoke_with("a", config).await.unwrap();
    assert_eq!(
        log.take()[1..4],
        ["custom_event spawns: thread 1", "custom_event spawns: task 2", "custom_event spawns: scoped 3"]
    );
}

#[tokio::test]
async fn a_run_that_has_ended_takes_none() {
    let kept: Arc<Mutex<Option<Context>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let chain = lambda_with(move |text: String, context: Context| {
        *keep.lock().unwrap() = Some(context);
        async move { text }
    });
    let log = Log::default();
    chain.invoke_with("a", Config::new().async_handler(Recorder::new("", &log).waiting())).await.unwrap();
    let context = kept.lock().unwrap().take().unwrap();
    log.take();
    let error = dispatch_custom_event_in(&context, "late", 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutsideRun);
    assert!(error.message().contains("ended"), "{error}");
    assert!(log.take().is_empty());
}

#[test]
fn models_and_what_runs_inside_functions_dispatch_in_their_own_run() {
    let log = Log::default();
    let inner = Chain::new(|text: String| dispatch_custom_event("inner", 1).map(|()| text)).named("inner");
    let outer = Chain::new(move |text: String| -> Result<String> {
        dispatch_custom_event("before", 1)?;
        let text = inner.invoke_blocking(text)?;
        dispatch_custom_event("after", 1)?;
        Ok(text)
    })
    .named("outer");
    outer.invoke_blocking_with("a", Config::new().handler(Recorder::new("", &log))).unwrap();
    let custom: Vec<_> = log.take().into_iter().filter(|line| line.starts_with("custom")).collect();
    assert_eq!(
        custom,
        ["custom_event outer: before 1", "custom_event inner: inner 1", "custom_event outer: after 1"]
    );
}

#[test]
fn custom_events_show_what_runs_below_inherit() {
    let log = Log::default();
    let seen = log.clone();
    let emits = Chain::new(|text: String| dispatch_custom_event("mine", 1).map(|()| text));
    let config = Config::new().tag("call").metadata("user", "ada").on_custom_event(
        move |run: &Run, _: &str, _: &Dynamic| {
            seen.push(format!("{:?} {:?} {:?}", run.tags(), run.inherited_tags(), run.inherited_metadata()));
        },
    );
    (upper() | emits).invoke_blocking_with("a", config).unwrap();
    assert_eq!(log.take(), [r#"["call", "seq:step:2"] ["call"] {"user": Text("ada")}"#]);
}

#[test]
fn payloads_of_all_kinds_come_as_they_are() {
    #[derive(Debug, serde::Serialize)]
    struct Mine {
        n: u8,
    }
    let map: Map = [("a", Dynamic::Int(1))].into_iter().collect();
    assert_eq!(map.clone().into_payload(), Dynamic::Map(map));
    assert_eq!("text".into_payload(), Dynamic::from("text"));
    assert_eq!(String::from("text").into_payload(), Dynamic::from("text"));
    assert_eq!(1.5.into_payload(), Dynamic::Float(1.5));
    assert_eq!(().into_payload(), Dynamic::Null);
    assert_eq!(true.into_payload(), Dynamic::Bool(true));
    assert_eq!(vec!["a".to_owned()].into_payload().to_string(), r#"["a"]"#);
    assert!(matches!(Message::human("hi").into_payload(), Dynamic::Message(_)));
    assert_eq!(
        serde_json::json!({"x": u64::MAX}).into_payload().to_string(),
        r#"{"x":18446744073709551615}"#
    );
    let own = Mine { n: 1 }.into_payload();
    assert!(matches!(own, Dynamic::Object(_)));
    assert_eq!(own.to_string(), r#"{"n":1}"#);
    assert_eq!((1, "b").into_payload().to_string(), r#"[1,"b"]"#);
}

#[derive(Debug, PartialEq, serde::Serialize)]
struct Progress {
    done: u32,
}

impl CustomEvent for Progress {
    const NAME: &'static str = "progress";
}

#[tokio::test]
async fn typed_events_are_read_as_what_they_were() {
    let log = Log::default();
    let seen = log.clone();
    let chain = lambda_with(|text: String, context: Context| async move {
        Progress { done: 1 }.emit()?;
        Progress { done: 2 }.emit_in(&context)?;
        Progress { done: 3 }.emit_async().await?;
        Progress { done: 4 }.emit_async_in(&context).await?;
        dispatch_custom_event("progress", 5)?;
        Ok::<_, thalweg_core::Error>(text)
    });
    let config = Config::new().on_custom_event(move |_: &Run, name: &str, data: &Dynamic| {
        seen.push(format!("{:?} {data}", Progress::read(name, data).map(|progress| progress.done)));
    });
    chain.invoke_with("a", config).await.unwrap();
    assert_eq!(
        log.take(),
        [
            r#"Some(1) {"done":1}"#,
            r#"Some(2) {"done":2}"#,
            r#"Some(3) {"done":3}"#,
            r#"Some(4) {"done":4}"#,
            "None 5"
        ]
    );
}

#[tokio::test]
async fn nothing_is_left_when_a_run_is_dropped_with_events_to_wait_for() {
    let log = Log::default();
    let handler = Arc::new(Recorder::new("", &log).waiting());
    let weak: Weak<_> = Arc::downgrade(&handler);
    let chain = lambda(|_: String| async {
        dispatch_custom_event("never heard", 1)?;
        std::future::pending::<()>().await;
        Ok::<_, thalweg_core::Error>(String::new())
    })
    .named("stuck");
    {
        let mut call = Box::pin(chain.invoke_with("a", Config::new().async_handler(handler)));
        for _ in 0..4 {
            assert!(futures_util::poll!(&mut call).is_pending());
        }
        assert_eq!(log.take(), ["chain_start stuck: \"a\""]);
    }
    assert_eq!(log.take(), ["cancelled stuck"]);
    assert!(weak.upgrade().is_none());
}

#[tokio::test]
async fn an_aborting_async_handler_fails_the_run_that_dispatched() {
    let log = Log::default();
    let bad = Recorder::new("", &log).failing(
        "custom_event",
        super::support::Fail::Error,
        thalweg_core::callback::FailurePolicy::Abort,
    );
    let chain = Chain::new(|text: String| dispatch_custom_event("mine", 1).map(|()| text)).named("emits");
    let error = chain.invoke_with("a", Config::new().async_handler(bad.waiting())).await.unwrap_err();
    assert_eq!((error.kind(), error.run_name()), (ErrorKind::Handler, Some("emits")));
    // A model's handlers hear nothing of other runs' events.
    let local = thalweg_core::callback::Handlers::new().handler(Recorder::new("local", &log));
    log.take();
    chat(&["one"]).with_handlers(&local).chain().invoke_blocking("hi").unwrap();
    assert_eq!(log.take().len(), 2);
}

/// Takes its time over custom events, and notes when it is done with what.
#[derive(Default)]
struct Slow(Mutex<Vec<String>>);

impl AsyncCallbackHandler for Slow {
    async fn on_custom_event(&self, _run: &Run, name: &str, _data: &Dynamic) -> Handled {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        self.0.lock().unwrap().push(name.to_owned());
        Ok(())
    }

    async fn on_chain_end(&self, run: &Run, _outputs: &Dynamic, _inputs: Option<&Dynamic>) -> Handled {
        self.0.lock().unwrap().push(format!("end of {}", run.name()));
        Ok(())
    }
}

#[tokio::test]
async fn who_heard_a_run_is_waited_for_though_a_run_below_is_dropped() {
    for starts_before in [true, false] {
        let chain = lambda(move |text: String| async move {
            let below = lambda(|_: String| std::future::pending::<Result<String>>());
            let mut call = Box::pin(below.invoke(""));
            if starts_before {
                assert!(futures_util::poll!(&mut call).is_pending());
            }
            dispatch_custom_event("tick", 1)?;
            if !starts_before {
                // Its start waits for those who hear of the tick still.
                assert!(futures_util::poll!(&mut call).is_pending());
            }
            drop(call);
            Ok::<_, Error>(text)
        });
        let slow = Arc::new(Slow::default());
        let config = Config::new().async_handler(Arc::clone(&slow));
        chain.named("above").invoke_with("", config).await.unwrap();
        assert_eq!(*slow.0.lock().unwrap(), ["tick", "end of above"], "{starts_before}");
    }
}

#[test]
fn in_compat_mode_a_place_that_is_given_tells_what_it_hands_down() {
    for (compat, expected) in [(true, r#"seq ["call", "seq:step:2"]"#), (false, r#"progress ["call"]"#)] {
        let log = Log::default();
        let seen = log.clone();
        let tool = Tool::builder("progress", "Tells.").arg("word", Type::Str);
        let tool = tool.async_function_with(|args: Map, context: Context| async move {
            adispatch_custom_event_in(&context, "mine", 1).await?;
            dispatch_custom_event_in(&context, "mine", 2)?;
            Ok::<_, thalweg_core::Error>(Dynamic::from(args))
        });
        let first = Chain::new(|word: String| Dynamic::from(thalweg_core::vars! { "word": word }));
        let config = Config::new().compat(compat).tag("call").on_custom_event(
            move |run: &Run, _: &str, _: &Dynamic| {
                seen.push(format!("{} {:?}", run.name(), run.inherited_tags()));
            },
        );
        (first | tool.chain()).named("seq").invoke_blocking_with("a", config).unwrap();
        assert_eq!(log.take(), [expected, expected]);
    }
}
