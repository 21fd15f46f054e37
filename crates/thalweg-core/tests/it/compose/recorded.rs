//! Streams in compat mode, event for event as langchain-core 1.7.0 was recorded to stream the same chains.

use thalweg_core::runnable::Branch;
use thalweg_core::value::Map;
use thalweg_core::{Config, assign, parallel, passthrough, pick, pick_keys, vars};

use super::{Step, step, swallow, text, upper, upper_each, yield_values, yield_words};
use crate::support::stream_lines;

async fn compat(chain: Step, input: &str) -> Vec<String> {
    let (lines, error) = stream_lines(&chain, input, Config::new().compat(true)).await;
    assert!(error.is_none());
    lines
}

/// The lines of each run in their order, where runs go on beside each other; an object's pieces go on beside each
/// other too, key by key.
fn by_run(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let place = |line: &str| {
        let run = line.split([' ', '[']).next().unwrap().to_owned();
        let key = line.split_once(" stream {").map(|(_, piece)| piece.split(':').next().unwrap().to_owned());
        (run, line.contains(" end "), key)
    };
    let mut lines: Vec<_> = lines.into_iter().map(|line| line.as_ref().to_owned()).collect();
    lines.sort_by_key(|line| place(line));
    lines
}

#[tokio::test]
async fn a_parallel_step_with_one_branch() {
    let chain = parallel! { "only": yield_words() | upper_each() }.into_dynamic_output();
    let expected = [
        "RunnableParallel<only> start",
        "RunnableParallel<only>/RunnableSequence[map:key:only] start",
        "RunnableParallel<only>/RunnableSequence/yield_words[seq:step:1] start",
        r#"RunnableParallel<only>/RunnableSequence/yield_words[seq:step:1] stream "a""#,
        "RunnableParallel<only>/RunnableSequence/upper_each[seq:step:2] start",
        r#"RunnableParallel<only>/RunnableSequence/upper_each[seq:step:2] stream "A""#,
        r#"RunnableParallel<only>/RunnableSequence[map:key:only] stream "A""#,
        r#"RunnableParallel<only> stream {"only":"A"}"#,
        r#"RunnableParallel<only>/RunnableSequence/yield_words[seq:step:1] stream " b""#,
        r#"RunnableParallel<only>/RunnableSequence/upper_each[seq:step:2] stream " B""#,
        r#"RunnableParallel<only>/RunnableSequence[map:key:only] stream " B""#,
        r#"RunnableParallel<only> stream {"only":" B"}"#,
        r#"RunnableParallel<only>/RunnableSequence/yield_words[seq:step:1] end "a b""#,
        r#"RunnableParallel<only>/RunnableSequence/upper_each[seq:step:2] end "A B""#,
        r#"RunnableParallel<only>/RunnableSequence[map:key:only] end "A B""#,
        r#"RunnableParallel<only> end {"only":"A B"}"#,
    ];
    assert_eq!(compat(chain, "a b").await, expected);
}

#[tokio::test]
async fn a_branch_between_steps() {
    let chain = yield_words()
        | Branch::new()
            .when(step("longer_than", |x| (text(&x).len() > 5).into()), upper())
            .when(step("contains", |x| text(&x).contains('a').into()), yield_words())
            .otherwise(step("identity", |x| x))
        | upper_each();
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/yield_words[seq:step:1] start",
        r#"RunnableSequence/yield_words[seq:step:1] stream "a""#,
        r#"RunnableSequence/yield_words[seq:step:1] stream " b""#,
        r#"RunnableSequence/yield_words[seq:step:1] end "a b""#,
        "RunnableSequence/RunnableBranch[seq:step:2] start",
        "RunnableSequence/RunnableBranch/longer_than[condition:1] start",
        "RunnableSequence/RunnableBranch/longer_than[condition:1] end false",
        "RunnableSequence/RunnableBranch/contains[condition:2] start",
        "RunnableSequence/RunnableBranch/contains[condition:2] end true",
        "RunnableSequence/RunnableBranch/yield_words[branch:2] start",
        r#"RunnableSequence/RunnableBranch/yield_words[branch:2] stream "a""#,
        "RunnableSequence/upper_each[seq:step:3] start",
        r#"RunnableSequence/upper_each[seq:step:3] stream "A""#,
        r#"RunnableSequence stream "A""#,
        r#"RunnableSequence/RunnableBranch/yield_words[branch:2] stream " b""#,
        r#"RunnableSequence/upper_each[seq:step:3] stream " B""#,
        r#"RunnableSequence stream " B""#,
        r#"RunnableSequence/RunnableBranch/yield_words[branch:2] end "a b""#,
        r#"RunnableSequence/RunnableBranch[seq:step:2] end "a b""#,
        r#"RunnableSequence/upper_each[seq:step:3] end "A B""#,
        r#"RunnableSequence end "A B""#,
    ];
    assert_eq!(compat(chain, "a b").await, expected);
}

#[tokio::test]
async fn a_branch_whose_chunks_do_not_add_up() {
    let chain = Branch::new()
        .when(step("const", |_| true.into()), yield_values(vec![1.into(), "a".into()]))
        .otherwise(step("identity", |x| x))
        | passthrough();
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/RunnableBranch[seq:step:1] start",
        "RunnableSequence/RunnableBranch/const[condition:1] start",
        "RunnableSequence/RunnableBranch/const[condition:1] end true",
        "RunnableSequence/RunnableBranch/yield_values[branch:1] start",
        "RunnableSequence/RunnableBranch/yield_values[branch:1] stream 1",
        "RunnableSequence/RunnablePassthrough[seq:step:2] start",
        "RunnableSequence/RunnablePassthrough[seq:step:2] stream 1",
        "RunnableSequence stream 1",
        r#"RunnableSequence/RunnableBranch/yield_values[branch:1] stream "a""#,
        r#"RunnableSequence/RunnablePassthrough[seq:step:2] stream "a""#,
        r#"RunnableSequence stream "a""#,
        r#"RunnableSequence/RunnableBranch/yield_values[branch:1] end "a""#,
        "RunnableSequence/RunnableBranch[seq:step:1] end null",
        r#"RunnableSequence/RunnablePassthrough[seq:step:2] end "a""#,
        r#"RunnableSequence end "a""#,
    ];
    assert_eq!(compat(chain, "q").await, expected);
}

#[tokio::test]
async fn one_key_of_a_parallel_step() {
    let chain = parallel! { "a": yield_words() } | pick("a");
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/RunnableParallel<a>[seq:step:1] start",
        "RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] start",
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] stream "a""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] stream {"a":"a"}"#,
        "RunnableSequence/RunnablePick<a>[seq:step:2] start",
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] stream "a""#,
        r#"RunnableSequence stream "a""#,
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] stream " b""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] stream {"a":" b"}"#,
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] stream " b""#,
        r#"RunnableSequence stream " b""#,
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] end "a b""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] end {"a":"a b"}"#,
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] end "a b""#,
        r#"RunnableSequence end "a b""#,
    ];
    assert_eq!(compat(chain, "a b").await, expected);
}

#[tokio::test]
async fn several_keys_of_a_parallel_step() {
    let chain = parallel! { "a": yield_words() } | pick_keys(["z", "a"]);
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/RunnableParallel<a>[seq:step:1] start",
        "RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] start",
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] stream "a""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] stream {"a":"a"}"#,
        "RunnableSequence/RunnablePick<z,a>[seq:step:2] start",
        r#"RunnableSequence/RunnablePick<z,a>[seq:step:2] stream {"a":"a"}"#,
        r#"RunnableSequence stream {"a":"a"}"#,
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] stream " b""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] stream {"a":" b"}"#,
        r#"RunnableSequence/RunnablePick<z,a>[seq:step:2] stream {"a":" b"}"#,
        r#"RunnableSequence stream {"a":" b"}"#,
        r#"RunnableSequence/RunnableParallel<a>/yield_words[map:key:a] end "a b""#,
        r#"RunnableSequence/RunnableParallel<a>[seq:step:1] end {"a":"a b"}"#,
        r#"RunnableSequence/RunnablePick<z,a>[seq:step:2] end {"a":"a b"}"#,
        r#"RunnableSequence end {"a":"a b"}"#,
    ];
    assert_eq!(compat(chain, "a b").await, expected);
}

#[tokio::test]
async fn a_key_of_objects_that_do_not_add_up() {
    let chain = yield_values(vec![vars! { "a": "x" }.into(), vars! { "a": "xy" }.into()]) | pick("a");
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/yield_values[seq:step:1] start",
        r#"RunnableSequence/yield_values[seq:step:1] stream {"a":"x"}"#,
        "RunnableSequence/RunnablePick<a>[seq:step:2] start",
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] stream "x""#,
        r#"RunnableSequence stream "x""#,
        r#"RunnableSequence/yield_values[seq:step:1] stream {"a":"xy"}"#,
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] stream "xy""#,
        r#"RunnableSequence stream "xy""#,
        r#"RunnableSequence/yield_values[seq:step:1] end {"a":"xy"}"#,
        r#"RunnableSequence/RunnablePick<a>[seq:step:2] end "xxy""#,
        r#"RunnableSequence end "xxy""#,
    ];
    assert_eq!(compat(chain, "q").await, expected);
}

#[tokio::test]
async fn a_function_for_each_element() {
    let chain =
        step("split_words", |x| text(&x).split(' ').collect::<Vec<_>>().into()) | upper().each_dynamic();
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/split_words[seq:step:1] start",
        r#"RunnableSequence/split_words[seq:step:1] stream ["a"]"#,
        r#"RunnableSequence/split_words[seq:step:1] end ["a"]"#,
        "RunnableSequence/RunnableEach<upper>[seq:step:2] start",
        "RunnableSequence/RunnableEach<upper>/upper start",
        r#"RunnableSequence/RunnableEach<upper>/upper end "A""#,
        r#"RunnableSequence/RunnableEach<upper>[seq:step:2] end ["A"]"#,
        r#"RunnableSequence stream ["A"]"#,
        r#"RunnableSequence end ["A"]"#,
    ];
    assert_eq!(compat(chain, "a").await, expected);
}

#[tokio::test]
async fn a_parallel_step_without_branches() {
    let chain = parallel! {}.into_dynamic_output();
    let expected = ["RunnableParallel<> start", "RunnableParallel<> end null"];
    assert_eq!(compat(chain, "q").await, expected);
}

#[tokio::test]
async fn entries_that_are_added() {
    let chain = yield_values(vec![vars! { "a": "x" }.into(), vars! { "b": "y" }.into()])
        | assign! { "c": step("length", |x| x.as_map().map_or(0, Map::len).into()) };
    let expected = [
        "RunnableSequence start",
        "RunnableSequence/yield_values[seq:step:1] start",
        r#"RunnableSequence/yield_values[seq:step:1] stream {"a":"x"}"#,
        "RunnableSequence/RunnableAssign<c>[seq:step:2] start",
        r#"RunnableSequence/RunnableAssign<c>[seq:step:2] stream {"a":"x"}"#,
        "RunnableSequence/RunnableAssign<c>/RunnableParallel<c> start",
        r#"RunnableSequence stream {"a":"x"}"#,
        r#"RunnableSequence/yield_values[seq:step:1] stream {"b":"y"}"#,
        r#"RunnableSequence/RunnableAssign<c>[seq:step:2] stream {"b":"y"}"#,
        "RunnableSequence/RunnableAssign<c>/RunnableParallel<c>/length[map:key:c] start",
        r#"RunnableSequence stream {"b":"y"}"#,
        r#"RunnableSequence/yield_values[seq:step:1] end {"b":"y"}"#,
        "RunnableSequence/RunnableAssign<c>/RunnableParallel<c>/length[map:key:c] stream 1",
        r#"RunnableSequence/RunnableAssign<c>/RunnableParallel<c> stream {"c":1}"#,
        r#"RunnableSequence/RunnableAssign<c>[seq:step:2] stream {"c":1}"#,
        r#"RunnableSequence stream {"c":1}"#,
        "RunnableSequence/RunnableAssign<c>/RunnableParallel<c>/length[map:key:c] end 1",
        r#"RunnableSequence/RunnableAssign<c>/RunnableParallel<c> end {"c":1}"#,
        r#"RunnableSequence/RunnableAssign<c>[seq:step:2] end {"a":"x","b":"y","c":1}"#,
        r#"RunnableSequence end {"a":"x","b":"y","c":1}"#,
    ];
    assert_eq!(by_run(compat(chain, "q").await), by_run(expected));
}

#[tokio::test]
async fn a_parallel_step_with_two_branches() {
    let chain = parallel! { "a": yield_words(), "b": upper() | yield_words() }.into_dynamic_output();
    let expected = [
        "RunnableParallel<a,b> start",
        "RunnableParallel<a,b>/yield_words[map:key:a] start",
        "RunnableParallel<a,b>/RunnableSequence[map:key:b] start",
        r#"RunnableParallel<a,b>/yield_words[map:key:a] stream "a""#,
        "RunnableParallel<a,b>/RunnableSequence/upper[seq:step:1] start",
        r#"RunnableParallel<a,b> stream {"a":"a"}"#,
        r#"RunnableParallel<a,b>/RunnableSequence/upper[seq:step:1] stream "A B""#,
        "RunnableParallel<a,b>/RunnableSequence/yield_words[seq:step:2] start",
        r#"RunnableParallel<a,b>/yield_words[map:key:a] stream " b""#,
        r#"RunnableParallel<a,b> stream {"a":" b"}"#,
        r#"RunnableParallel<a,b>/RunnableSequence/upper[seq:step:1] end "A B""#,
        r#"RunnableParallel<a,b>/yield_words[map:key:a] end "a b""#,
        r#"RunnableParallel<a,b>/RunnableSequence/yield_words[seq:step:2] stream "A""#,
        r#"RunnableParallel<a,b>/RunnableSequence[map:key:b] stream "A""#,
        r#"RunnableParallel<a,b> stream {"b":"A"}"#,
        r#"RunnableParallel<a,b>/RunnableSequence/yield_words[seq:step:2] stream " B""#,
        r#"RunnableParallel<a,b>/RunnableSequence[map:key:b] stream " B""#,
        r#"RunnableParallel<a,b> stream {"b":" B"}"#,
        r#"RunnableParallel<a,b>/RunnableSequence/yield_words[seq:step:2] end "A B""#,
        r#"RunnableParallel<a,b>/RunnableSequence[map:key:b] end "A B""#,
        r#"RunnableParallel<a,b> end {"a":"a b","b":"A B"}"#,
    ];
    assert_eq!(by_run(compat(chain, "a b").await), by_run(expected));
}

#[tokio::test]
async fn a_branch_that_gives_nothing() {
    let chain = parallel! { "a": swallow(), "b": passthrough() }.into_dynamic_output();
    let expected = [
        "RunnableParallel<a,b> start",
        "RunnableParallel<a,b>/swallow[map:key:a] start",
        "RunnableParallel<a,b>/RunnablePassthrough[map:key:b] start",
        r#"RunnableParallel<a,b>/RunnablePassthrough[map:key:b] stream "q""#,
        "RunnableParallel<a,b>/swallow[map:key:a] end null",
        r#"RunnableParallel<a,b> stream {"b":"q"}"#,
        r#"RunnableParallel<a,b>/RunnablePassthrough[map:key:b] end "q""#,
        r#"RunnableParallel<a,b> end {"b":"q"}"#,
    ];
    assert_eq!(by_run(compat(chain, "q").await), by_run(expected));
}
