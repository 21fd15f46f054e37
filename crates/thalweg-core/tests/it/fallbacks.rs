//! Fallbacks.

use thalweg_core::event::EventFilter;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, ChunkStream, Config, Context, ErrorKind, Fallbacks, RunId};

use crate::support::{Letters, drop_at_every_poll_in, fails, invoke_lines, stream_lines};

fn upper() -> Chain<String, String> {
    Chain::new(|text: String| text.to_uppercase()).named("upper")
}

fn no_b() -> Chain<String, String> {
    Chain::new(|text: String| if text.contains('b') { Err("has b") } else { Ok(text) }).named("no_b")
}

#[tokio::test]
async fn what_is_tried_runs_below_and_beside_in_compat_mode() {
    let chain = fails("f", 1).with_fallbacks([upper()]);
    let (lines, _) = invoke_lines(&chain, "x", Context::root()).await;
    let below: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("call/")).collect();
    assert_eq!(
        below,
        [
            "RunnableWithFallbacks start",
            "RunnableWithFallbacks/f start",
            "RunnableWithFallbacks/f error failure 1",
            "RunnableWithFallbacks/upper start",
            "RunnableWithFallbacks/upper end \"X\"",
            "RunnableWithFallbacks end \"X\"",
        ]
    );

    // There bindings are below all the same.
    let bound = upper().with_config(Config::new().tag("t"));
    let chain = fails("f", 1).with_fallbacks([bound]).with_config(Config::new().run_id(RunId::new()));
    let (lines, _) = invoke_lines(&chain, "x", Config::new().compat(true)).await;
    let below: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("call/")).collect();
    assert_eq!(
        below,
        [
            "RunnableWithFallbacks start",
            "f start",
            "f error failure 1",
            "RunnableWithFallbacks/upper start",
            "RunnableWithFallbacks/upper end \"X\"",
            "RunnableWithFallbacks end \"X\"",
        ]
    );
}

#[tokio::test]
async fn the_first_error_counts_and_others_end_it_at_once() {
    let chain = fails("f", 9).with_fallbacks([no_b()]);
    assert_eq!(chain.invoke("b").await.unwrap_err().message(), "failure 1");
    let picky =
        Fallbacks::new(no_b()).or(upper()).when(|error| error.kind() == ErrorKind::Model).into_chain();
    assert_eq!(picky.invoke("b").await.unwrap_err().message(), "has b");
    assert_eq!(picky.invoke("a").await.unwrap(), "a");
}

#[tokio::test]
async fn a_stream_falls_back_until_its_first_chunk_is_out() {
    let letters = |after: &[usize]| Chain::new(Letters::failing_after(after.iter().copied()));
    let chain = letters(&[0]).with_fallbacks([letters(&[])]);
    let (lines, error) = stream_lines(&chain, "ab", Context::root()).await;
    assert!(error.is_none());
    assert_eq!(
        lines,
        [
            "RunnableWithFallbacks start",
            "RunnableWithFallbacks/Letters start",
            "RunnableWithFallbacks/Letters error failed after 0",
            "RunnableWithFallbacks/Letters start",
            "RunnableWithFallbacks/Letters stream \"a\"",
            "RunnableWithFallbacks stream \"a\"",
            "RunnableWithFallbacks/Letters stream \"b\"",
            "RunnableWithFallbacks stream \"b\"",
            "RunnableWithFallbacks/Letters end \"ab\"",
            "RunnableWithFallbacks end \"ab\"",
        ]
    );
    let late = letters(&[1]).with_fallbacks([letters(&[])]);
    assert_eq!(late.stream("ab").fold().await.unwrap_err().message(), "failed after 1");
    let input = ChunkStream::from_chunks(["ab".to_owned(), "c".to_owned()]);
    assert_eq!(letters(&[0]).with_fallbacks([letters(&[])]).transform(input).fold().await.unwrap(), "abc");
}

#[tokio::test]
async fn the_error_can_be_passed_on() {
    let show = |input: Map| input.get("error").map(ToString::to_string);
    let first = Chain::new(|_: Map| Err::<Option<String>, _>("why"));
    let chain = Fallbacks::new(first).or(show).exception_key("error").into_chain();
    let shown = chain.invoke([("q", Dynamic::from(1))].into_iter().collect::<Map>()).await.unwrap();
    assert!(shown.unwrap().contains("why"));

    let first = Chain::new(|_: Dynamic| Err::<Dynamic, _>("why"));
    let get = |input: Dynamic| input.get("error").cloned().unwrap_or_default();
    let chain = Fallbacks::new(first).or(get).exception_key("error").into_chain();
    let map: Map = [("q", Dynamic::from(1))].into_iter().collect();
    assert!(matches!(chain.invoke(map).await.unwrap(), Dynamic::Error(error) if error.message() == "why"));
    let (lines, error) = stream_lines(&chain, "no object", Context::root()).await;
    assert_eq!((lines.len(), error.unwrap().kind()), (0, ErrorKind::InputType));
}

#[tokio::test]
async fn batches_fall_back_for_what_failed() {
    for compat in [false, true] {
        let config = Config::new().compat(compat);
        let chain = no_b().with_fallbacks([upper()]);
        assert_eq!(chain.try_batch_with(["a", "b", "cb"], &config).await.unwrap(), ["a", "B", "CB"]);
        let chain = no_b().with_fallbacks([no_b()]);
        let results = chain.batch_with(["a", "b"], &config).await;
        assert!(results[0].is_ok() && results[1].is_err());
        assert!(chain.try_batch_with(["a", "b"], &config).await.is_err());
    }
}

#[test]
fn dropping_fallbacks_anywhere_closes_every_run() {
    for compat in [false, true] {
        let config = Config::new().compat(compat);
        drop_at_every_poll_in(compat, || {
            let first = Chain::new(Letters::failing_after([9])) | Letters::failing_after([0]);
            let chain = first.with_fallbacks([upper(), upper()]) | Letters::failing_after([1]);
            chain.stream_events_with("abc", &config, EventFilter::new())
        });
    }
}
