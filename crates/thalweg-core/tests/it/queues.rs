//! Events between those who tell them and those who read them: their order under threads, how many may wait, and who
//! waits for whom.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use thalweg_core::callback::{
    AsyncCallbackHandler, Handled, adispatch_custom_event, dispatch_custom_event, handler_fn,
};
use thalweg_core::event::{Event, EventFilter, EventKind, EventMask, EventStream};
use thalweg_core::run::Run;
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Config, Context, Error, ErrorKind, lambda};

use super::support::{check_laws, events};

/// As many events as may wait for those who cannot be waited for.
const BACKLOG: usize = 65_536;

/// The result of what must not hang.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(Duration::from_mins(1)).expect("it hangs or has panicked")
}

fn customs(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event.kind, EventKind::Custom { .. })).count()
}

async fn read(stream: EventStream) -> Vec<Event> {
    let (events, error) = events(stream).await;
    assert!(error.is_none(), "{error:?}");
    events
}

fn assert_in_order(events: &[Event]) {
    assert!(events.is_sorted_by(|a, b| a.seq < b.seq), "a number is not greater than the one before");
    assert!(events.is_sorted_by_key(|event| event.time), "a time is before the one of the event before");
}

/// Tells a thousand events from each of four threads.
fn from_threads() -> Chain<String, String> {
    lambda(|text: String| async move {
        let context = Context::current();
        let threads = (0..4).map(|i| {
            let context = context.clone();
            tokio::task::spawn_blocking(move || {
                let _entered = context.enter();
                (0..1_000).try_for_each(|n| dispatch_custom_event("tick", i * 1_000 + n))
            })
        });
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            thread.await.map_err(Error::other)??;
        }
        Ok::<_, Error>(text)
    })
}

#[tokio::test]
async fn readers_see_growing_numbers_whichever_threads_tell() {
    let inner_events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let kept = Arc::clone(&inner_events);
    // The inner reader is one more that hears what the outer one does.
    let outer = lambda(move |text: String| {
        let kept = Arc::clone(&kept);
        async move {
            let mut inner = from_threads().stream_events(text.clone());
            while let Some(event) = inner.next().await {
                kept.lock().unwrap().push(event?);
            }
            Ok::<_, Error>(text)
        }
    });
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let counting = handler_fn(EventMask::CUSTOM, move |_: &Event| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let config = Config::new().handler(counting);
    let outer_events = read(outer.stream_events_with("hi", config, EventFilter::new())).await;
    let inner_events = inner_events.lock().unwrap().clone();
    for events in [&outer_events, &inner_events] {
        assert_eq!(customs(events), 4_000);
        assert_in_order(events);
    }
    assert_eq!(told.load(Ordering::Relaxed), 4_000);
    // It is one order: both know an event by the same number.
    let numbers = |events: &[Event]| -> Vec<_> {
        let ticks = events.iter().filter(|event| matches!(event.kind, EventKind::Custom { .. }));
        ticks.map(|event| event.seq).collect()
    };
    assert_eq!(numbers(&outer_events), numbers(&inner_events));
}

/// Dispatches until it is refused; how often it was not.
fn flood(text: String) -> String {
    for n in 0.. {
        if let Err(error) = dispatch_custom_event("tick", n) {
            assert_eq!((error.kind(), error.fact("event")), (ErrorKind::Backlog, Some("tick")));
            assert_eq!(error.run_name(), Some("flood"));
            return format!("{text}{n}");
        }
    }
    text
}

#[tokio::test]
async fn code_that_cannot_wait_is_refused_when_a_backlog_waits() {
    let chain = Chain::new(flood).named("flood");
    let events = read(chain.stream_events("")).await;
    let Some(EventKind::End { output, .. }) = events.last().map(|event| &event.kind) else {
        panic!("no end")
    };
    // All that was not refused is read.
    assert_eq!(output.as_str(), Some(customs(&events).to_string().as_str()));
    assert!(customs(&events) <= BACKLOG && events.len() >= BACKLOG);
    assert_in_order(&events);
}

#[tokio::test]
async fn there_is_room_again_when_the_reader_has_read() {
    let chain = lambda(|_: String| async {
        for _ in 0..3 {
            while dispatch_custom_event("tick", ()).is_ok() {}
            // This one waits until it can be told, and for the reader then.
            adispatch_custom_event("tock", ()).await?;
        }
        Ok::<_, Error>(String::new())
    });
    let events = read(chain.stream_events("")).await;
    let named = |wanted: &str| {
        let is = |event: &&Event| matches!(&event.kind, EventKind::Custom { name, .. } if name == wanted);
        events.iter().filter(is).count()
    };
    assert_eq!(named("tock"), 3);
    assert!(named("tick") > 2 * BACKLOG, "{}", named("tick"));
}

/// Counts what it hears.
#[derive(Default)]
struct Counting(AtomicUsize);

impl AsyncCallbackHandler for Counting {
    async fn on_custom_event(&self, _run: &Run, _name: &str, _data: &Dynamic) -> Handled {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn async_handlers_have_a_bound_too_and_hear_all_that_was_not_refused() {
    let counting = Arc::new(Counting::default());
    let config = Config::new().async_handler(Arc::clone(&counting));
    let told = Chain::new(flood).named("flood").invoke_blocking_with("", config).unwrap();
    assert_eq!(told, BACKLOG.to_string());
    assert_eq!(counting.0.load(Ordering::Relaxed), BACKLOG);
}

#[test]
fn sync_handlers_alone_need_no_bound() {
    let chain = Chain::new(|text: String| {
        (0..100_000).try_for_each(|n| dispatch_custom_event("tick", n)).map(|()| text)
    });
    let config = Config::new().handler(handler_fn(EventMask::CUSTOM, |_: &Event| {}));
    chain.invoke_blocking_with("", config).unwrap();
}

#[test]
fn a_blocking_call_does_not_wait_for_the_reader_that_waits_for_it() {
    let events = in_time(|| {
        let inner = Chain::new(|n: i64| n + 1).named("inner");
        let outer = Chain::new(move |_: String| (0..1_000).try_fold(0, |n, _| inner.invoke_blocking(n)));
        read(outer.stream_events("")).now_or_never().unwrap()
    });
    assert_eq!(events.iter().filter(|event| event.run.name() == "inner").count(), 2_000);
}

#[test]
fn blocking_calls_are_refused_too_when_a_backlog_waits() {
    let (calls, events) = in_time(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let inner = Chain::new(|n: i64| n).named("inner");
        let outer = Chain::new(move |_: String| {
            loop {
                match inner.invoke_blocking(1) {
                    Ok(_) => counter.fetch_add(1, Ordering::Relaxed),
                    Err(error) => return error.kind().as_str().to_owned(),
                };
            }
        });
        let events = outer.stream_events("").map(|event| event.unwrap()).collect::<Vec<_>>();
        let events = events.now_or_never().unwrap();
        (calls.load(Ordering::Relaxed), events)
    });
    let starts = events.iter().filter(|event| matches!(event.kind, EventKind::Start { .. })).count();
    assert_eq!(starts, calls + 1, "a call that was refused has not started");
    // All that has started has ended; one more is the outer call's chunk.
    assert_eq!(events.len(), 2 * starts + 1);
    assert!((BACKLOG..BACKLOG + 4).contains(&events.len()), "{}", events.len());
    assert!(
        matches!(&events.last().unwrap().kind, EventKind::End { output, .. } if output.as_str() == Some("backlog"))
    );
}

/// A chain that leaves behind a task which tells events for ever; the flag says when that has ended.
fn leaving(ended: &Arc<AtomicBool>) -> Chain<String, String> {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let ended = Arc::clone(ended);
    lambda(move |text: String| {
        let flag = Flag(Arc::clone(&ended));
        async move {
            let child = lambda(|_: i64| async {
                // Refused with an error once the child's run is over, waits for room before.
                for n in 0..10_000 {
                    adispatch_custom_event("tick", n).await?;
                }
                Ok::<_, Error>(1)
            });
            tokio::spawn(Context::current().scope(async move {
                let _flag = flag;
                child.invoke(1).await
            }));
            tokio::task::yield_now().await;
            Ok::<_, Error>(text)
        }
    })
}

async fn until_set(flag: &AtomicBool) -> bool {
    for _ in 0..1_000 {
        if flag.load(Ordering::Relaxed) {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

#[tokio::test]
async fn a_stream_that_has_ended_lets_go_of_what_waits_for_it() {
    let ended = Arc::new(AtomicBool::new(false));
    let mut stream = leaving(&ended).stream_events("");
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    assert!(until_set(&ended).await, "the task waits for a reader that has nothing more to read");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_was_cancelled_lets_go_of_what_waits_for_it() {
    let ended = Arc::new(AtomicBool::new(false));
    let stuck = leaving(&ended) | lambda(|_: String| std::future::pending::<String>());
    let mut stream = stuck.stream_events("");
    let mut events = Vec::new();
    for _ in 0..20 {
        events.push(stream.next().await.unwrap().unwrap());
    }
    assert!(!ended.load(Ordering::Relaxed));
    stream.cancel();
    // It is held on, and what has been told can still be read.
    assert!(until_set(&ended).await, "the task waits for a reader that was cancelled");
    while let Some(event) = stream.next().await {
        events.push(event.unwrap());
    }
    let of_call: Vec<_> = events.into_iter().filter(|event| event.run.path().len() < 3).collect();
    check_laws(&of_call);
}
