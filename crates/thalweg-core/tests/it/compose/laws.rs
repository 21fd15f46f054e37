//! Every start has one end, wherever a call is dropped or fails, and a stream adds up to what an invocation gives.

use thalweg_core::runnable::Branch;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Config, assign, parallel, passthrough, pick, pick_keys, vars};

use super::{Step, dynamic, fail, late, late_each, step, text, upper, upper_each, yield_values, yield_words};
use crate::support::{drop_at_every_poll, events, invoking, stream_lines};

/// Chains over a text that use every composition, waiting in many places.
fn chains() -> Vec<Step> {
    let two = || {
        parallel! { "a": late(2) | yield_words() | late_each(), "b": late_each() | upper_each() }
            .into_dynamic_output()
    };
    let nested = parallel! { "in": two(), "late": late(3), "same": passthrough() }.into_dynamic_output();
    let entries = || step("entries", |x| dynamic(vars! { "text": x, "more": "m" }));
    let letters = || step("letters", |x| text(&x).chars().map(String::from).collect::<Vec<_>>().into());
    let count = || step("count", |x| x.as_map().map_or(0, Map::len).into());
    vec![
        two(),
        yield_words() | two(),
        nested | step("keys", |x| x.as_map().map_or(0, Map::len).into()),
        entries() | assign! { "up": pick("text") | late(1) | upper(), "n": count() },
        yield_words()
            | two()
            | assign! { "n": late_each() | pick("a") | upper_each(), "b": late(2) | count() },
        two() | pick_keys(["b", "c"]),
        letters() | (late(1) | upper()).each_dynamic(),
        letters() | (late(2) | yield_words()).each_dynamic() | late(1),
        Branch::new()
            .when(late(1) | step("short", |x| (text(&x).len() < 3).into()), upper())
            .when(late(2), yield_words() | late_each())
            .otherwise(fail("not here")),
        yield_values(vec![vars! { "a": "x" }.into(), vars! { "a": "xy", "b": "z" }.into()])
            | late_each()
            | assign! { "c": pick("a") },
        yield_values(vec![vars! { "a": "x" }.into(), vars! { "a": "xy" }.into()]) | pick("a"),
    ]
}

#[tokio::test]
async fn a_stream_adds_up_to_what_an_invocation_gives() {
    for chain in chains() {
        let whole = chain.invoke("a bc d").await.unwrap();
        let sum = chain.stream("a bc d").fold().await.unwrap();
        assert_eq!(sum, whole, "{chain:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_anywhere_closes_every_run() {
    for chain in chains() {
        drop_at_every_poll(|| chain.stream_events("a bc d"));
        drop_at_every_poll(|| invoking(&chain).stream_events("a bc d"));
    }
}

#[tokio::test]
async fn what_fails_closes_every_run() {
    let failing = |n: usize| late(n) | fail("broken");
    for turns in 0..4 {
        let chains: Vec<Step> = vec![
            parallel! { "a": late(2), "b": failing(turns), "c": yield_words() | late_each() }
                .into_dynamic_output(),
            step("entries", |x| dynamic(vars! { "x": x })) | assign! { "y": failing(turns) | passthrough() },
            step("letters", |_| vec!["a", "b"].into()) | failing(turns).each_dynamic(),
            Branch::new().when(failing(turns), late(1)).otherwise(late(1)),
            Branch::new().when(late(1), failing(turns)).otherwise(late(1)),
        ];
        for chain in chains {
            for chain in [chain.clone(), invoking(&chain)] {
                let (_, error) = events(chain.stream_events("x")).await;
                assert_eq!(error.unwrap().message(), "broken");
                drop_at_every_poll(|| chain.stream_events("x"));
            }
        }
    }
}

#[tokio::test]
async fn where_one_branch_fails_the_others_are_cancelled() {
    let chain = parallel! { "a": late(9), "b": late(1) | fail("broken") }.into_dynamic_output();
    let (lines, error) = stream_lines(&chain, "x", Config::new()).await;
    assert_eq!(error.unwrap().run_path(), ["RunnableParallel<a,b>", "RunnableSequence", "fail"]);
    let end: Vec<_> = lines.iter().rev().take(3).rev().collect();
    assert_eq!(
        end,
        [
            "RunnableParallel<a,b>/RunnableSequence[map:key:b] error broken",
            "RunnableParallel<a,b>/late[map:key:a] cancelled",
            "RunnableParallel<a,b> error broken",
        ]
    );
}

#[tokio::test]
async fn in_compat_mode_the_others_come_to_their_end_first() {
    let chain = parallel! { "a": late(1) | fail("first"), "b": fail("second"), "c": late(5) };
    let error = chain.invoke_with("x", Config::new().compat(true)).await.unwrap_err();
    assert_eq!(error.message(), "first");
    assert_eq!(chain.invoke("x").await.unwrap_err().message(), "second");
    let compat = Config::new().compat(true);
    let (lines, _) = stream_lines(&invoking(&chain), Dynamic::from("x"), compat).await;
    assert!(
        lines.iter().any(|line| line == r#"call/RunnableParallel<a,b,c>/late[map:key:c] end "x""#),
        "{lines:#?}"
    );
}
