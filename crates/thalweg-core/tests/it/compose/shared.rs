//! Inputs that several read: polled from several threads, from inside themselves, and after a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Poller, Poll};
use std::thread;

use futures_util::{FutureExt, Stream, StreamExt, stream};
use thalweg_core::event::EventKind;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, ChunkStream, Error, Result, generator, parallel};

use super::super::support::events;

type Slot = Arc<Mutex<Option<ChunkStream<i64>>>>;

/// A branch that leaves its input in the slot.
fn leaving(slot: &Slot) -> Chain<i64, i64> {
    let slot = Arc::clone(slot);
    generator(move |input: ChunkStream<i64>| {
        *slot.lock().unwrap() = Some(input);
        stream::iter([Ok::<_, Error>(-1)])
    })
}

fn same() -> Chain<i64, i64> {
    generator(|input: ChunkStream<i64>| input)
}

fn numbers(pieces: &[Result<Map>], key: &str) -> Vec<i64> {
    pieces.iter().filter_map(|piece| piece.as_ref().unwrap().get(key)?.as_i64()).collect()
}

#[test]
fn an_input_that_reads_itself_finds_it_busy_and_goes_on() {
    let slot = Slot::default();
    let chain: Chain<i64, Map> = parallel! { "left": leaving(&slot), "read": same() };
    let from_inside: Arc<Mutex<Vec<Poll<i64>>>> = Arc::default();
    let (seen, own) = (Arc::clone(&from_inside), Arc::clone(&slot));
    let mut left = 0..4;
    let input = stream::poll_fn(move |cx| {
        let reader = own.lock().unwrap().take();
        if let Some(mut reader) = reader {
            let item = Pin::new(&mut reader).poll_next(cx);
            seen.lock().unwrap().push(item.map(|item| item.unwrap().unwrap()));
            *own.lock().unwrap() = Some(reader);
        }
        Poll::Ready(left.next().map(Ok))
    });
    let pieces: Vec<_> = chain.transform(ChunkStream::new(input)).collect().now_or_never().unwrap();
    assert_eq!(numbers(&pieces, "read"), [0, 1, 2, 3]);
    let from_inside = from_inside.lock().unwrap();
    // It gets what has been read before, and waits for what is being read.
    assert!(from_inside.contains(&Poll::Pending), "{from_inside:?}");
    assert!(from_inside.contains(&Poll::Ready(0)), "{from_inside:?}");
}

#[test]
fn two_threads_read_the_same_input() {
    let slot = Slot::default();
    let chain: Chain<i64, Map> = parallel! { "left": leaving(&slot), "read": same() };
    let mut pieces = chain.transform(ChunkStream::new(stream::iter((0..20_000).map(Ok))));
    let block_on = |future: Pin<Box<dyn Future<Output = Vec<i64>> + Send>>| {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    };
    let first = pieces.next().now_or_never().unwrap().unwrap();
    let other = slot.lock().unwrap().take().unwrap();
    let thread = thread::spawn(move || block_on(other.map(Result::unwrap).collect().boxed()));
    let here = async move {
        let pieces: Vec<_> = stream::iter([first]).chain(pieces).collect().await;
        numbers(&pieces, "read")
    };
    let here = block_on(here.boxed());
    let there = thread.join().unwrap();
    assert!(here.iter().copied().eq(0..20_000), "{} here", here.len());
    assert!(there.iter().copied().eq(0..20_000), "{} there", there.len());
}

/// Gives 0 to 3, and panics once instead of giving a 2.
fn panicking() -> impl Stream<Item = Result<i64>> + Send {
    let mut left = 0..4;
    stream::poll_fn(move |_: &mut Poller<'_>| match left.next() {
        Some(2) => panic!("no 2"),
        next => Poll::Ready(next.map(Ok)),
    })
}

/// Gives a -1 where its input panics.
fn careful() -> Chain<i64, i64> {
    generator(|mut input: ChunkStream<i64>| {
        stream::poll_fn(move |cx| {
            let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut input).poll_next(cx)));
            polled.unwrap_or(Poll::Ready(Some(Ok(-1))))
        })
    })
}

#[test]
fn a_panic_of_the_input_reaches_one_reader_and_leaves_it_whole() {
    let chain: Chain<i64, Map> = parallel! { "careful": careful(), "other": same() };
    let pieces = chain.transform(ChunkStream::new(panicking()));
    let pieces: Vec<_> = pieces.collect().now_or_never().unwrap();
    assert_eq!(numbers(&pieces, "careful"), [0, 1, -1, 3]);
    assert_eq!(numbers(&pieces, "other"), [0, 1, 3]);
}

#[tokio::test]
async fn a_heard_step_survives_a_panic_of_its_input() {
    let chain =
        generator(|_: ChunkStream<String>| panicking()).named("panicking") | careful().named("careful");
    let (events, error) = events(chain.stream_events("")).await;
    assert!(error.is_none());
    let end = events.iter().find_map(|event| match &event.kind {
        EventKind::End { output, input } if event.run.name() == "careful" => {
            Some((output.clone(), input.clone()))
        }
        _ => None,
    });
    // The sums: what came before the panic is not forgotten.
    assert_eq!(end, Some((Dynamic::Int(3), Some(Dynamic::Int(4)))));
}
