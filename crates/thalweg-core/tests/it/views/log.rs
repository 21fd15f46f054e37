//! The run log. What langchain-core gives is checked by the recorded scenarios; here, that the patches make a log, what
//! the default mode adds, and what they cost.

use std::task::{Context as Poller, Poll, Waker};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use thalweg_core::event::EventFilter;
use thalweg_core::message::AiMessageChunk;
use thalweg_core::parse::json::PatchOp;
use thalweg_core::parser::JsonOutputParser;
use thalweg_core::runnable::Parallel;
use thalweg_core::value::{Dynamic, DynamicFold, Fold, Map};
use thalweg_core::view::{LogStream, RunLog, RunLogPatch};
use thalweg_core::{Chain, ChunkStream, Config, Context, Error, ErrorKind, Runnable, generator};

use crate::support::{Letters, slow};

/// Reads a log to its end and applies its patches.
fn read(mut stream: LogStream) -> (Vec<RunLogPatch>, RunLog, Option<Error>) {
    let (mut patches, mut log, mut error) = (Vec::new(), RunLog::default(), None);
    while let Some(item) = stream.next().now_or_never().expect("nothing waits here") {
        match item {
            Ok(patch) => {
                log.apply(&patch).unwrap();
                patches.push(patch);
            }
            Err(failed) => error = Some(failed),
        }
    }
    (patches, log, error)
}

fn letters(failing_after: usize) -> Chain<String, String> {
    Letters::failing_after([failing_after]).into_chain().named("letters")
}

/// A chain that gives these values as chunks.
fn giving(chunks: Vec<Dynamic>) -> Chain<String, Dynamic> {
    generator(move |_: ChunkStream<String>| ChunkStream::<Dynamic>::from_chunks(chunks.clone()))
        .into_chain()
        .named("giving")
}

#[test]
fn patches_make_the_log_of_the_call() {
    let chain = letters(usize::MAX) | Chain::new(|text: String| text.len()).named("count");
    let (_, log, error) = read(chain.stream_log("abc"));
    assert!(error.is_none());
    assert_eq!((log.name.as_str(), log.kind.as_str()), ("RunnableSequence", "chain"));
    assert_eq!(log.final_output, Dynamic::Int(3));
    assert_eq!(log.entries().map(|(key, _)| key).collect::<Vec<_>>(), ["letters", "count"]);
    let entry = log.entry("letters").unwrap();
    assert_eq!(entry.streamed_output, ["a", "b", "c"].map(Dynamic::from));
    assert_eq!(entry.final_output.get("output"), Some(&Dynamic::from("abc")));
    assert!(entry.end_time.as_deref().unwrap() >= &*entry.start_time);
    let json = serde_json::to_value(&log).unwrap();
    assert_eq!(json.pointer("/logs/count/tags/0").unwrap(), "seq:step:2");
    assert_eq!(json.get("error"), None);
}

#[test]
fn the_final_output_is_the_sum_of_the_chunks_after_each_of_them() {
    let map = |entries: &[(&str, Dynamic)]| {
        Dynamic::Map(entries.iter().map(|(key, value)| (*key, value.clone())).collect::<Map>().additive())
    };
    let list = |items: &[i64]| Dynamic::from(items.to_vec());
    let whole = |json: &str| Dynamic::parse(json).unwrap();
    let message =
        |text: &str| Dynamic::from(thalweg_core::message::MessageChunk::from(AiMessageChunk::new(text)));
    let streams: Vec<Vec<Dynamic>> = vec![
        vec!["a".into(), "".into(), "b".into(), "c".repeat(300).into(), "d".into()],
        vec![list(&[1]), list(&[]), list(&[2, 3]), list(&[1])],
        vec![Dynamic::Null, 1.into(), 2.into(), "text".into(), Dynamic::Null, "more".into()],
        vec![message("one "), message(""), message("two")],
        vec![
            map(&[("b", "x".into()), ("a/~", list(&[1]))]),
            map(&[("c", Dynamic::Null), ("a/~", list(&[2]))]),
            map(&[("c", whole(r#"{"k": [1, "v"]}"#)), ("b", "y".into())]),
            map(&[
                ("c", whole(r#"{"k": ["v"], "l": [1]}"#)),
                ("b", Dynamic::Null),
                ("d", map(&[("e", "f".into())])),
            ]),
            map(&[("d", map(&[("e", "g".into()), ("h", message("i"))])), ("b", 5.into())]),
        ],
        vec![whole(r#"{"a": [1, 2, 3]}"#), whole(r#"{"a": [3, 1], "b": 2}"#), whole("[{}]"), whole("[1]")],
    ];
    for chunks in streams {
        let mut stream = giving(chunks.clone()).stream_log("");
        let mut log = RunLog::default();
        let mut seen = 0;
        while let Some(Some(patch)) = stream.next().now_or_never() {
            let patch = patch.unwrap();
            log.apply(&patch).unwrap();
            if log.streamed_output.len() > seen {
                seen += 1;
                let so_far = &chunks[..seen];
                let mut again = DynamicFold::default();
                for chunk in so_far {
                    again.push(chunk);
                }
                assert_eq!(log.final_output, again.finish().unwrap(), "after {so_far:?}");
            }
        }
        assert_eq!(seen, chunks.len());
    }
}

#[test]
fn snapshots_of_json_are_compared() {
    let parse = || -> Chain<String, Dynamic> { letters(usize::MAX) | JsonOutputParser::new() };
    let (_, log, _) = read(parse().stream_log("[1,23]"));
    assert_eq!(log.final_output.to_string(), "[1,23]");
    let (patches, log, _) = read(parse().stream_log(r#"{"a":[1],"b":"xy"}"#));
    assert_eq!(log.final_output.to_string(), r#"{"a":[1],"b":"xy"}"#);
    let replaced =
        patches.iter().flat_map(|patch| &patch.ops).filter(|op| *op.path() == "/final_output").count();
    assert_eq!(replaced, 1, "only the first value stands for the whole");
}

#[test]
fn runs_of_one_name_have_keys_of_their_own() {
    let step = |name: &str| Chain::new(|text: String| text).named(name.to_owned());
    let chain = step("a") | step("a") | step("a:2") | step("a") | step("b/c~d") | step("a:4");
    let (_, log, _) = read(chain.stream_log("x"));
    let names: Vec<_> = log.entries().map(|(key, entry)| (key.to_owned(), entry.name.to_string())).collect();
    let expected =
        [("a", "a"), ("a:2", "a"), ("a:2:2", "a:2"), ("a:3", "a"), ("b/c~d", "b/c~d"), ("a:4", "a:4")];
    assert_eq!(names, expected.map(|(key, name)| (key.to_owned(), name.to_owned())));
}

#[test]
fn a_filter_leaves_out_entries_but_not_the_root() {
    let chain = letters(usize::MAX) | Chain::new(|text: String| text.len()).named("count");
    let filter = EventFilter::new().include_names(["count"]);
    let (_, log, _) = read(chain.stream_log_with("abc", Context::current(), filter));
    assert_eq!(log.entries().map(|(key, _)| key).collect::<Vec<_>>(), ["count"]);
    assert_eq!((log.name.as_str(), log.final_output), ("RunnableSequence", Dynamic::Int(3)));
}

#[test]
fn failures_stand_in_the_log() {
    let chain = letters(2) | Chain::new(|text: String| text).named("whole");
    let (_, log, error) = read(chain.stream_log("abc"));
    let error = error.unwrap();
    assert_eq!(error.message(), "failed after 2");
    let failed = serde_json::to_value(log.entry("letters").unwrap()).unwrap();
    assert_eq!(failed.pointer("/error/kind").unwrap(), "application");
    assert_eq!(failed.pointer("/error/run").unwrap(), &serde_json::json!(["RunnableSequence", "letters"]));
    assert!(log.error.is_some(), "{log:#?}");
    assert!(log.entries().all(|(_, entry)| entry.end_time.is_some()), "{log:#?}");

    // As an end without output.
    let chain = letters(2) | Chain::new(|text: String| text);
    let (_, log, error) = read(chain.stream_log_with("abc", Config::new().compat(true), EventFilter::new()));
    assert!(error.is_some() && log.error.is_none());
    let entry = log.entry("letters").unwrap();
    assert_eq!((entry.final_output.to_string().as_str(), &entry.error), ("{}", &None));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_closes_its_entries() {
    let chain = letters(usize::MAX) | slow("slow", Duration::from_secs(1));
    let mut stream = chain.stream_log("ab");
    let mut log = RunLog::default();
    let mut poller = Poller::from_waker(Waker::noop());
    while let Poll::Ready(Some(patch)) = stream.poll_next_unpin(&mut poller) {
        log.apply(&patch.unwrap()).unwrap();
    }
    stream.cancel();
    while let Some(patch) = stream.next().await {
        log.apply(&patch.unwrap()).unwrap();
    }
    let cancelled = |error: &Option<Dynamic>| matches!(error, Some(Dynamic::Error(error)) if error.kind() == ErrorKind::Cancelled);
    let entry = log.entry("slow").unwrap();
    assert!(cancelled(&entry.error) && entry.end_time.is_some() && cancelled(&log.error));
    assert_eq!(log.entry("letters").unwrap().error, None);
}

#[test]
fn a_branch_grows_by_what_its_chunk_changes() {
    let chain =
        Parallel::new().branch("a", letters(usize::MAX)).branch("b", letters(usize::MAX)).into_chain();
    let (patches, log, _) = read(chain.stream_log("xyz"));
    assert_eq!(log.final_output.to_string(), r#"{"a":"xyz","b":"xyz"}"#);
    for op in patches.iter().flat_map(|patch| &patch.ops).filter(|op| op.path().starts_with("/final_output/"))
    {
        assert!(matches!(op, PatchOp::Add { .. } | PatchOp::Replace { .. }), "{op:?}");
    }
}

#[test]
fn the_cost_of_a_chunk_does_not_grow() {
    let count = |n: usize| {
        let chunks: Vec<Dynamic> = (0..n).map(|i| Dynamic::from(format!("word {i} "))).collect();
        let chain = giving(chunks);
        allocation_counter::measure(|| {
            let mut stream = chain.stream_log("");
            while let Some(Some(patch)) = stream.next().now_or_never() {
                patch.unwrap();
            }
        })
        .bytes_total
    };
    let (short, long) = (count(500), count(5_000));
    assert!(long < short * 14, "{short} bytes for 500 chunks, {long} for 5000");
}
