//! What the tests share: events as lines, and the laws that every call keeps.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Poll};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use thalweg_core::event::{Event, EventFilter, EventKind, EventStream};
use thalweg_core::value::Value;
use thalweg_core::{
    Chain, ChunkStream, Config, Context, Error, IntoContext, Result, RunId, Runnable, Streaming, Timer,
};

/// An event as `path event`, such as `RunnableSequence/upper start`, with the run's own tags where it has some.
pub(crate) fn line(event: &Event) -> String {
    let path: Vec<_> = event.run.path().iter().map(ToString::to_string).collect();
    let what = match &event.kind {
        EventKind::Start { .. } => "start".to_owned(),
        EventKind::Stream { chunk } => format!("stream {chunk}"),
        EventKind::End { output, .. } => format!("end {output}"),
        EventKind::Error { error, .. } => format!("error {}", error.message()),
        EventKind::Cancelled => "cancelled".to_owned(),
        EventKind::Retry { attempt, .. } => format!("retry {attempt}"),
        EventKind::Custom { name, .. } => format!("custom {name}"),
        other => format!("{other:?}"),
    };
    let tag = event.run.step_tag().map(|tag| format!("[{tag}]")).unwrap_or_default();
    format!("{}{tag} {what}", path.join("/"))
}

/// The events of a call as lines, and its error.
pub(crate) async fn lines(stream: EventStream) -> (Vec<String>, Option<Error>) {
    let (events, error) = events(stream).await;
    (events.iter().map(line).collect(), error)
}

/// The events of a call, which keep the laws, and its error.
pub(crate) async fn events(mut stream: EventStream) -> (Vec<Event>, Option<Error>) {
    let (mut events, mut error) = (Vec::new(), None);
    while let Some(item) = stream.next().await {
        match item {
            Ok(event) => events.push(event),
            Err(failed) => error = Some(failed),
        }
    }
    check_laws(&events);
    (events, error)
}

/// The lines of a chain's streamed call.
pub(crate) async fn stream_lines<I: Value, O: Value>(
    chain: &Chain<I, O>,
    input: impl Into<I>,
    context: impl IntoContext,
) -> (Vec<String>, Option<Error>) {
    lines(chain.stream_events_with(input, context, EventFilter::new())).await
}

/// The lines of a chain's invocation: below a function named `call`.
pub(crate) async fn invoke_lines<I: Value, O: Value>(
    chain: &Chain<I, O>,
    input: impl Into<I>,
    context: impl IntoContext,
) -> (Vec<String>, Option<Error>) {
    stream_lines(&invoking(chain), input, context).await
}

/// A function named `call` that invokes the chain.
pub(crate) fn invoking<I: Value, O: Value>(chain: &Chain<I, O>) -> Chain<I, O> {
    let chain = chain.clone();
    thalweg_core::lambda_with(move |input: I, context: Context| {
        let chain = chain.clone();
        async move { chain.invoke_with(input, context).await }
    })
    .named("call")
}

/// Every start has exactly one end, nothing happens to a run before its start or after its end, children close before
/// their parents, and the events' numbers grow.
pub(crate) fn check_laws(events: &[Event]) {
    for pair in events.windows(2) {
        assert!(pair[0].seq < pair[1].seq, "{} comes before {}", line(&pair[0]), line(&pair[1]));
    }
    let mut open: HashMap<RunId, bool> = HashMap::new();
    for event in events {
        let id = event.run.id();
        match &event.kind {
            EventKind::Start { .. } => {
                assert!(open.insert(id, true).is_none(), "{} started twice", event.run.name());
                if let Some(parent) = event.run.parent() {
                    assert_ne!(open.get(&parent.id()), Some(&false), "{} is below a closed run", line(event));
                }
            }
            kind => {
                assert_eq!(open.get(&id), Some(&true), "{} outside its run", line(event));
                if matches!(kind, EventKind::End { .. } | EventKind::Error { .. } | EventKind::Cancelled) {
                    open.insert(id, false);
                    for other in events.iter().filter(|other| open.get(&other.run.id()) == Some(&true)) {
                        let below = other.run.ancestors().any(|run| Arc::ptr_eq(run, &event.run));
                        assert!(!below, "{} closed before {}", event.run.name(), other.run.name());
                    }
                }
            }
        }
    }
    let left = open.values().filter(|open| **open).count();
    assert_eq!(left, 0, "{left} runs were never closed: {:#?}", events.iter().map(line).collect::<Vec<_>>());
}

/// Polls a call's events again and again from the beginning, cancels it after the first, second, third … poll, and
/// checks the laws each time, until a call comes to its end.
pub(crate) fn drop_at_every_poll(make: impl Fn() -> EventStream) {
    for polls in 0..10_000 {
        let mut stream = make();
        let mut events = Vec::new();
        let mut poller = Poller::from_waker(std::task::Waker::noop());
        let mut over = false;
        for _ in 0..polls {
            match stream.poll_next_unpin(&mut poller) {
                Poll::Ready(Some(Ok(event))) => events.push(event),
                Poll::Ready(Some(Err(_))) | Poll::Pending => {}
                Poll::Ready(None) => {
                    over = true;
                    break;
                }
            }
        }
        stream.cancel();
        while let Poll::Ready(Some(item)) = stream.poll_next_unpin(&mut poller) {
            events.extend(item.ok());
        }
        check_laws(&events);
        if over {
            return;
        }
    }
    panic!("the call does not come to its end");
}

/// A function that waits once before it gives its input, so that others get their turn.
pub(crate) async fn turn_away() {
    let mut waited = false;
    futures_util::future::poll_fn(|cx| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// tokio's clock, which tests can let run on its own.
pub(crate) struct Tokio;

impl Timer for Tokio {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

/// A configuration with tokio's clock.
pub(crate) fn timed() -> Config {
    Config::new().timer(Tokio)
}

/// A step that hands on its input after a time.
pub(crate) fn slow(name: &str, duration: Duration) -> Chain<String, String> {
    thalweg_core::lambda(move |text: String| async move {
        tokio::time::sleep(duration).await;
        text
    })
    .named(name)
}

/// Streams the words of its input, after each of these times one.
pub(crate) struct SlowWords(pub(crate) Vec<Duration>);

impl Runnable<String> for SlowWords {
    type Out = String;

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    async fn run(&self, input: String, _context: Context) -> Result<String> {
        for time in &self.0 {
            tokio::time::sleep(*time).await;
        }
        Ok(input)
    }

    fn run_stream(self: Arc<Self>, input: String, _context: Context) -> ChunkStream<String> {
        let words: Vec<_> = input.split_inclusive(' ').map(str::to_owned).collect();
        let times = self.0.clone();
        ChunkStream::new(futures_util::stream::iter(words.into_iter().zip(times)).then(
            |(word, time)| async move {
                tokio::time::sleep(time).await;
                Ok(word)
            },
        ))
    }
}

/// A step that fails in its first `n` calls.
pub(crate) fn fails(name: &str, n: u32) -> Chain<String, String> {
    let calls = AtomicU32::new(0);
    Chain::new(move |text: String| match calls.fetch_add(1, Ordering::SeqCst) {
        call if call < n => Err(format!("failure {}", call + 1)),
        _ => Ok(text),
    })
    .named(name)
}

/// Gives the letters of its input one by one as they come, and fails after so many of them: in each call the next
/// number counts.
pub(crate) struct Letters(Mutex<VecDeque<usize>>);

impl Letters {
    pub(crate) fn failing_after(counts: impl IntoIterator<Item = usize>) -> Self {
        Self(Mutex::new(counts.into_iter().collect()))
    }
}

impl Runnable<String> for Letters {
    type Out = String;

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: String, _context: Context) -> Result<String> {
        Ok(input)
    }

    fn run_stream(self: Arc<Self>, input: String, context: Context) -> ChunkStream<String> {
        self.run_transform(ChunkStream::of(input), context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<String>, _context: Context) -> ChunkStream<String> {
        let most = self.0.lock().unwrap().pop_front().unwrap_or(usize::MAX);
        let letters = input.flat_map(|chunk| {
            let letters: Vec<_> = match chunk {
                Ok(chunk) => chunk.chars().map(|c| Ok(c.to_string())).collect(),
                Err(error) => vec![Err(error)],
            };
            futures_util::stream::iter(letters)
        });
        let letters = letters.enumerate().map(move |(i, letter)| {
            if i < most { letter } else { Err(Error::other(format!("failed after {i}"))) }
        });
        ChunkStream::new(letters)
    }
}
