//! Runs as spans of `tracing`.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use thalweg_core::callback::{TracingHandler, dispatch_custom_event};
use thalweg_core::{Chain, Config, Context, lambda_with};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::support::{Log, broken, chat, upper};

/// Writes down spans and events with the path of their parents.
#[derive(Clone, Default)]
struct Spans {
    log: Log,
    next: Arc<AtomicU64>,
    paths: Arc<Mutex<HashMap<u64, String>>>,
}

#[derive(Default)]
struct Fields {
    name: String,
    rest: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "name" => self.name = format!("{value:?}"),
            "run_id" | "tags" | "chunk" => {}
            "message" => write!(self.rest, " {value:?}").unwrap(),
            name => write!(self.rest, " {name}={value:?}").unwrap(),
        }
    }
}

impl Spans {
    fn path(&self, id: Option<&Id>) -> String {
        id.and_then(|id| self.paths.lock().unwrap().get(&id.into_u64()).cloned()).unwrap_or_default()
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut fields = Fields::default();
        span.record(&mut fields);
        let path = format!("{}/{}", self.path(span.parent()), fields.name);
        self.log.push(format!("open {path}{}", fields.rest));
        self.paths.lock().unwrap().insert(id, path);
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.log.push(format!("record {}{}", self.path(Some(span)), fields.rest));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.log.push(format!("event {} {}{}", self.path(event.parent()), fields.name, fields.rest));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[test]
fn spans_stand_below_the_span_of_their_parent_run() {
    let spans = Spans::default();
    let log = spans.log.clone();
    let _guard = tracing::subscriber::set_default(spans);
    let emits = Chain::new(|text: String| dispatch_custom_event("mine", 5).map(|()| text)).named("emits");
    let config = Config::new().handler(TracingHandler::new());
    (upper() | emits).invoke_blocking_with("a", &config).unwrap();
    assert_eq!(
        log.take(),
        [
            "open /RunnableSequence kind=\"chain\"",
            "open /RunnableSequence/upper kind=\"chain\"",
            "record /RunnableSequence/upper outcome=\"ok\"",
            "open /RunnableSequence/emits kind=\"chain\"",
            "event /RunnableSequence/emits mine custom event data=5",
            "record /RunnableSequence/emits outcome=\"ok\"",
            "record /RunnableSequence outcome=\"ok\"",
        ]
    );
    broken().invoke_blocking_with("a", &config).unwrap_err();
    assert_eq!(
        log.take(),
        [
            "open /broken kind=\"chain\"",
            "record /broken outcome=\"error\"",
            "record /broken error=broken: no"
        ]
    );
    let mut stream = chat(&["one ", "two"]).chain().stream_blocking_with("hi", config);
    stream.next().unwrap().unwrap();
    drop(stream);
    assert_eq!(
        log.take(),
        ["open /Words kind=\"chat_model\"", "event /Words  token", "record /Words outcome=\"cancelled\""]
    );
}

#[test]
fn parents_hold_across_threads() {
    let spans = Spans::default();
    let log = spans.log.clone();
    let dispatch = tracing::Dispatch::new(spans);
    let outer = dispatch.clone();
    let _guard = tracing::dispatcher::set_default(&outer);
    let chain = lambda_with(move |text: String, context: Context| {
        let dispatch = dispatch.clone();
        async move {
            let call = move || {
                tracing::dispatcher::with_default(&dispatch, || upper().invoke_blocking_with(text, context))
            };
            std::thread::spawn(call).join().unwrap()
        }
    })
    .named("spawns");
    chain.invoke_blocking_with("a", Config::new().handler(TracingHandler::new())).unwrap();
    assert_eq!(log.take()[1], "open /spawns/upper kind=\"chain\"");
}
