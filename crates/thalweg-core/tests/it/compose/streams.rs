//! How chunks pass: as they come, in turn, and without being read twice.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Poll};

use futures_util::{FutureExt, Stream, StreamExt, stream};
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{
    Chain, ChunkStream, Config, Context, ErrorKind, Result, Runnable, Streaming, assign, generator,
    generator_with, lambda, lambda_stream, parallel, passthrough, pick, vars,
};

use super::{dynamic, late, late_each, swallow, upper_each, yield_words};

/// Gives ever longer lists, each the whole so far.
struct Snapshots;

impl Runnable<String> for Snapshots {
    type Out = Dynamic;

    fn streaming(&self) -> Streaming {
        Streaming::Output
    }

    async fn run(&self, input: String, _context: Context) -> Result<Dynamic> {
        Ok(input.chars().map(String::from).collect::<Vec<_>>().into())
    }

    fn run_stream(self: Arc<Self>, input: String, _context: Context) -> ChunkStream<Dynamic> {
        let letters: Vec<_> = input.chars().map(String::from).collect();
        let prefixes = (1..=letters.len()).map(move |n| Dynamic::from(letters[..n].to_vec()));
        ChunkStream::from_chunks(prefixes.collect::<Vec<_>>()).snapshots(true)
    }
}

async fn chunks<T>(stream: impl Stream<Item = Result<T>>) -> Vec<T> {
    stream.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn each_branch_sees_every_chunk_as_it_comes() {
    let chain = yield_words() | parallel! { "up": upper_each(), "same": passthrough() };
    let pieces = chunks(chain.stream("a b")).await;
    let expected = [vars! {"up": "A"}, vars! {"same": "a"}, vars! {"up": " B"}, vars! {"same": " b"}];
    assert_eq!(pieces, expected);
    assert!(pieces.iter().all(Map::is_additive));
}

#[tokio::test]
async fn input_is_read_once_and_only_on_demand() {
    let read = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&read);
    let numbers = stream::iter(0..1000_i64).map(move |n| {
        seen.fetch_add(1, Ordering::SeqCst);
        Ok(n)
    });
    let chain: Chain<i64, Map> = parallel! { "a": passthrough(), "b": passthrough(), "c": passthrough() };
    let mut pieces = chain.transform(ChunkStream::new(numbers));
    for n in 0..30_usize {
        let piece = pieces.next().await.unwrap().unwrap();
        let key = ["a", "b", "c"][n % 3];
        assert_eq!(piece, [(key, Dynamic::from(n / 3))].into_iter().collect());
        assert!(read.load(Ordering::SeqCst) <= n / 3 + 1);
    }
    drop(pieces);
    assert_eq!(read.load(Ordering::SeqCst), 10);
}

#[tokio::test]
async fn a_busy_branch_leaves_the_others_their_turn() {
    let endless = || lambda_stream(|_: String| stream::repeat(1_i64));
    let chain = parallel! { "busy": endless(), "too": endless(), "late": |_: String| 0 };
    let pieces: Vec<_> = chain.stream("").take(30).map(Result::unwrap).collect().await;
    let of = |key: &str| pieces.iter().filter(|piece| piece.contains_key(key)).count();
    assert_eq!(of("late"), 1);
    assert!(of("busy").abs_diff(of("too")) <= 1);
}

#[tokio::test]
async fn a_branch_is_polled_only_when_it_is_woken() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let quiet = lambda_stream(move |_: Dynamic| {
        let counted = Arc::clone(&counted);
        stream::poll_fn(move |_: &mut Poller<'_>| -> Poll<Option<Dynamic>> {
            counted.fetch_add(1, Ordering::SeqCst);
            Poll::Pending
        })
    });
    let chain = parallel! { "quiet": quiet, "words": yield_words() | late_each() };
    let words = chain.stream("a b c d e f").take(6).count().await;
    assert_eq!((words, polls.load(Ordering::SeqCst)), (6, 1));
}

#[tokio::test]
async fn readers_of_one_input_wake_each_other() {
    // Whoever polls the input is not always the one who is dropped or polled next.
    let (sender, receiver) = futures_channel();
    let chain = parallel! {
        "all": passthrough::<String>(),
        "first": generator(|chunks: ChunkStream<String>| chunks.take(1)),
        "sum": |text: String| text.len(),
    };
    let reading = tokio::spawn(chain.transform(ChunkStream::new(receiver)).fold());
    for word in ["a", "bc", "d"] {
        tokio::task::yield_now().await;
        sender(Some(word.to_owned()));
    }
    tokio::task::yield_now().await;
    sender(None);
    assert_eq!(reading.await.unwrap().unwrap(), vars! { "all": "abcd", "first": "a", "sum": 4 });
}

/// A stream and what puts texts into it; nothing ends it.
fn futures_channel() -> (impl Fn(Option<String>), impl futures_util::Stream<Item = Result<String>> + Send) {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let stream =
        stream::poll_fn(move |cx| receiver.poll_recv(cx).map(|item: Option<Option<String>>| item.flatten()));
    (move |item| sender.send(item).unwrap(), stream.map(Ok))
}

#[tokio::test]
async fn snapshots_keep_their_meaning_inside_objects() {
    let whole = Dynamic::from(vec!["a", "b", "c"]);
    let chain = parallel! { "letters": Snapshots, "length": |text: String| text.len() };
    let pieces = chunks(chain.stream("abc")).await;
    assert_eq!(pieces.iter().filter(|piece| piece.contains_key("letters")).count(), 3);
    let expected = vars! { "letters": whole.clone(), "length": 3 };
    assert_eq!(chain.stream("abc").fold().await.unwrap(), expected);

    let outer = parallel! { "in": chain.clone() };
    assert_eq!(outer.stream("abc").fold().await.unwrap(), vars! { "in": expected.clone() });
    assert_eq!((chain.clone() | pick("letters")).stream("abc").fold().await.unwrap(), whole);
    let added = chain.assign("more", |_: Map| 1);
    let sum = added.stream("abc").fold().await.unwrap();
    assert_eq!(sum, vars! { "letters": whole, "length": 3, "more": 1 });

    let dynamic = Chain::new(Snapshots).into_dynamic_output();
    let mut stream = dynamic.stream("abc");
    assert!(stream.next().await.is_some() && stream.is_snapshots());
    let elements = dynamic.clone() | Chain::new(|value: Dynamic| value).each_dynamic();
    assert_eq!(elements.stream("abc").fold().await.unwrap(), Dynamic::from(vec!["a", "b", "c"]));

    // Whether somebody listens makes no difference.
    let (lines, _) = crate::support::stream_lines(&(dynamic | late(1)), "abc", Config::new()).await;
    assert_eq!(lines.last().unwrap(), r#"RunnableSequence end ["a","b","c"]"#);
}

#[tokio::test]
async fn assigned_entries_come_beside_the_inputs() {
    let entries = || {
        lambda_stream(|text: String| {
            stream::iter(text.chars().map(|c| vars! { "text": c.to_string() }.additive()).collect::<Vec<_>>())
        })
    };
    let chain = entries() | assign! { "up": pick("text") | upper_each() };
    let pieces = chunks(chain.stream("ab")).await;
    let text = |letter: &str| vars! { "text": letter };
    let up = |letter: &str| vars! { "up": letter };
    assert_eq!(pieces, [text("a"), up("A"), text("b"), up("B")]);
    // An entry of the input that is assigned anew does not pass.
    let replaced = entries() | assign! { "text": |map: Map| map.len() };
    assert_eq!(chunks(replaced.stream("ab")).await, [vars! { "text": 1 }]);
}

#[tokio::test]
async fn each_gives_outputs_in_order_as_soon_as_they_are_there() {
    let times = [3, 1, 2];
    let slow = thalweg_core::lambda(move |n: i64| async move {
        for _ in 0..times[usize::try_from(n).unwrap()] {
            crate::support::turn_away().await;
        }
        n * 10
    });
    assert_eq!(chunks(slow.clone().each().stream(vec![0, 1, 2])).await, [[0], [10], [20]]);
    assert_eq!(slow.clone().each().invoke(vec![2, 0]).await.unwrap(), [20, 0]);
    let nothing = slow.clone().each().stream(Vec::new()).fold().await.unwrap();
    assert_eq!(nothing, [0_i64; 0]);

    // Elements start while the list still comes.
    let started = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&started);
    let note = Chain::new(move |n: i64| {
        seen.lock().unwrap().push(n);
        n
    });
    let list = stream::iter([Ok(vec![1, 2])]).chain(stream::pending());
    let mut outputs = note.each().transform(ChunkStream::new(list));
    assert_eq!(outputs.next().await.unwrap().unwrap(), [1]);
    assert_eq!(outputs.next().await.unwrap().unwrap(), [2]);
    assert!(outputs.next().now_or_never().is_none());
    assert_eq!(*started.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn functions_over_streams_may_give_plain_items_or_results() {
    fn doubled(chunks: ChunkStream<String>) -> impl futures_util::Stream<Item = Result<String>> + Send {
        chunks.map(|chunk| Ok(chunk?.repeat(2)))
    }
    let named = generator(doubled);
    assert_eq!(named.name(), "doubled");
    assert_eq!(named.invoke("ab").await.unwrap(), "abab");
    let counted = generator_with(|chunks: ChunkStream<String>, context: Context| {
        let name = context.run().map(|run| run.name().to_string()).unwrap_or_default();
        stream::once(async move { (name, chunks.count().await) }).map(|(name, n)| format!("{name} {n}"))
    });
    assert_eq!(counted.name(), "RunnableGenerator");
    assert_eq!(counted.invoke("ab").await.unwrap(), "RunnableGenerator 1");
    let failing = lambda_stream(|text: String| {
        stream::iter([Ok(text), Err(std::io::Error::other("broken")), Ok("never".to_owned())])
    });
    let mut pieces = failing.stream("a");
    assert_eq!(pieces.next().await.unwrap().unwrap(), "a");
    assert_eq!(pieces.next().await.unwrap().unwrap_err().message(), "broken");
    assert!(pieces.next().await.is_none());
}

#[tokio::test]
async fn a_branch_without_chunks_is_no_branch_without_output() {
    let chain = parallel! { "a": swallow(), "b": late(1) };
    let error = chain.invoke(dynamic(Map::new())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyStream);
    assert_eq!(chain.stream(dynamic(Map::new())).fold().await.unwrap_err().kind(), ErrorKind::EmptyStream);
}

#[tokio::test]
async fn an_input_without_end_passes_through_each() {
    let read = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&read);
    let endless = generator(move |_: ChunkStream<String>| {
        let read = Arc::clone(&counts);
        ChunkStream::<Vec<usize>>::from_chunks(std::iter::repeat_with(move || {
            vec![read.fetch_add(1, Ordering::Relaxed)]
        }))
    });
    let chain: Chain<String, Vec<usize>> = endless | Chain::new(|n: usize| n + 1).each();
    for limit in [1, 2, usize::MAX] {
        read.store(0, Ordering::Relaxed);
        let stream = chain.stream_with("", Config::new().max_concurrency(limit));
        assert_eq!(chunks(stream.take(3)).await, [[1], [2], [3]]);
        assert_eq!(read.load(Ordering::Relaxed), 3, "nothing is read before it is needed");
    }
    // Elements that wait for their turn keep more from being read.
    let stuck: Chain<usize, usize> = lambda(|_: usize| std::future::pending::<usize>());
    let chain: Chain<String, Vec<usize>> = chain | stuck.each();
    read.store(0, Ordering::Relaxed);
    let mut stream = chain.stream_with("", Config::new().max_concurrency(1));
    assert!(stream.next().now_or_never().is_none());
    assert!(read.load(Ordering::Relaxed) < 1_000);
}

#[tokio::test]
async fn a_branch_that_waits_for_its_whole_input_leaves_the_others_their_turns() {
    let endless = generator(|_: ChunkStream<String>| {
        ChunkStream::<String>::from_chunks(std::iter::repeat_with(|| "a".to_owned()))
    });
    let whole = Chain::new(|text: String| text.len());
    let chain = endless | parallel! { "each": passthrough::<String>(), "whole": whole };
    assert_eq!(
        chunks(chain.stream("").take(3)).await,
        [vars! {"each": "a"}, vars! {"each": "a"}, vars! {"each": "a"}]
    );
}

#[test]
fn a_branch_that_panics_does_not_wait_for_ever() {
    let broken = Chain::new(|text: String| if text.is_empty() { text } else { panic!("as it is to be") });
    let chain = parallel! { "broken": broken, "same": passthrough::<String>() };
    let mut stream = chain.stream("a");
    let mut panics = 0;
    for _ in 0..4 {
        let next = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stream.next().now_or_never()));
        match next {
            Ok(next) => assert!(next.is_some(), "nobody would wake it"),
            Err(_) => panics += 1,
        }
    }
    assert!(panics > 1);
}
