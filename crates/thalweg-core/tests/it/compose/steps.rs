//! Single steps: names, inputs of the wrong type, routes and conditions.

use std::collections::HashMap;

use thalweg_core::runnable::{Assign, Branch, Routed, Router, Truthy};
use thalweg_core::value::{Dynamic, Map, Vars};
use thalweg_core::{
    Chain, ChunkStream, Config, Error, ErrorKind, assign, generator, lambda_stream, parallel, passthrough,
    pick, pick_keys, vars,
};

use super::{Step, late, upper};
use crate::support::stream_lines;

#[test]
fn names_are_those_of_langchain_core() {
    let chain = |step: Step| step.name().into_owned();
    assert_eq!(parallel! { "a": upper(), "b": late(0) }.name(), "RunnableParallel<a,b>");
    assert_eq!(chain(assign! { "a": upper(), "b": late(0) }), "RunnableAssign<a,b>");
    assert_eq!(pick::<Dynamic>("a").name(), "RunnablePick<a>");
    assert_eq!(pick_keys::<Map, _>(["a", "b"]).name(), "RunnablePick<a,b>");
    assert_eq!(passthrough::<String>().name(), "RunnablePassthrough");
    assert_eq!(chain(Branch::new().otherwise(upper())), "RunnableBranch");
    assert_eq!(chain(upper().each_dynamic()), "RunnableEach<upper>");
    assert_eq!(generator(|chunks: ChunkStream<String>| chunks).name(), "RunnableGenerator");
    assert_eq!(lambda_stream(|n: i64| futures_util::stream::iter([n])).name(), "RunnableLambda");
    assert_eq!(parallel! { "a": upper() }.named("mine").name(), "mine");
}

#[tokio::test]
async fn wrong_inputs_fail_inside_the_run() {
    let chains: [(Step, &str); 3] = [
        (assign! { "a": upper() }, "RunnableAssign<a>"),
        (pick("a"), "RunnablePick<a>"),
        (upper().each_dynamic(), "RunnableEach<upper>"),
    ];
    for (chain, name) in chains {
        for compat in [true, false] {
            let config = Config::new().compat(compat);
            let check = |error: Error| {
                assert_eq!((error.kind(), error.run_name()), (ErrorKind::InputType, Some(name)));
            };
            check(chain.invoke_with(3, &config).await.unwrap_err());
            check(chain.stream_with(3, &config).fold().await.unwrap_err());
            let (lines, error) = stream_lines(&chain, 3, &config).await;
            check(error.unwrap());
            assert_eq!(lines.first(), Some(&format!("{name} start")));
            assert!(lines.last().unwrap().starts_with(&format!("{name} error ")), "{lines:?}");
        }
    }
}

#[tokio::test]
async fn each_takes_what_python_iterates_over() {
    let each = upper().each_dynamic();
    assert_eq!(each.invoke("ab").await.unwrap(), vec!["A", "B"].into());
    assert_eq!(each.invoke(vars! { "x": 1, "y": 2 }).await.unwrap(), vec!["X", "Y"].into());
    assert_eq!(each.invoke(Vec::<i64>::new()).await.unwrap(), Vec::<i64>::new().into());
}

#[tokio::test]
async fn a_router_takes_the_runnable_of_the_key() {
    let router = || Router::new().route("up", upper()).route("same", late(1)).route("up", upper());
    let typed = router().into_chain();
    assert_eq!(typed.invoke(Routed::new("up", "a".into())).await.unwrap(), Dynamic::from("A"));
    let dynamic: Step = Chain::new(router());
    let input = |key: &str| vars! { "key": key, "input": "a" };
    assert_eq!(dynamic.invoke(input("same")).await.unwrap(), Dynamic::from("a"));
    let (lines, _) = stream_lines(&dynamic, input("up"), Config::new()).await;
    assert_eq!(lines, ["upper start", r#"upper stream "A""#, r#"upper end "A""#]);
    assert_eq!(dynamic.invoke(input("none")).await.unwrap_err().kind(), ErrorKind::UnknownKey);
    let lacks = dynamic.invoke(vars! { "key": "up" }).await.unwrap_err();
    assert_eq!((lacks.kind(), lacks.fact("entry")), (ErrorKind::MissingVariable, Some("input")));
}

#[tokio::test]
async fn assigned_entries_keep_the_place_of_those_they_replace() {
    let chain = assign! { "b": |_: Map| "new".to_owned(), "d": |_: Map| 4 };
    let output = chain.invoke(vars! { "a": 1, "b": "old", "c": 3 }).await.unwrap();
    assert_eq!(output.to_string_list(), ["a", "b", "c", "d"]);
    assert_eq!(output.get("b"), Some(&"new".into()));
    let twice = Assign::new().key("x", |_: Map| 1).key("x", |_: Map| 2).into_chain();
    assert_eq!(twice.invoke(Map::new()).await.unwrap(), vars! { "x": 2 });
}

trait Keys {
    fn to_string_list(&self) -> Vec<String>;
}

impl Keys for Map {
    fn to_string_list(&self) -> Vec<String> {
        self.keys().map(ToString::to_string).collect()
    }
}

#[tokio::test]
async fn picked_entries_that_are_missing_are_nothing() {
    let entries = || vars! { "a": 1, "b": () };
    let one: Chain<Map, Dynamic> = pick("z");
    assert_eq!(one.invoke(entries()).await.unwrap(), Dynamic::Null);
    assert_eq!(one.stream(entries()).fold().await.unwrap(), Dynamic::Null);
    let many: Chain<Map, Dynamic> = pick_keys(["z", "b"]);
    assert_eq!(many.invoke(entries()).await.unwrap(), vars! { "b": () }.into());
    assert_eq!(many.invoke(Map::new()).await.unwrap(), Dynamic::Null);
}

#[test]
fn conditions_hold_as_in_python() {
    let falsy: [Dynamic; 8] = [
        Dynamic::Null,
        false.into(),
        0.into(),
        0.0.into(),
        (-0.0).into(),
        "".into(),
        Vec::<i64>::new().into(),
        Map::new().into(),
    ];
    assert!(falsy.iter().all(|value| !value.is_truthy()));
    let truthy: [Dynamic; 5] = [true.into(), (-1).into(), f64::NAN.into(), "0".into(), vec![()].into()];
    assert!(truthy.iter().all(Truthy::is_truthy));
}

#[test]
fn named_variables_come_from_maps_of_all_kinds() {
    let map = vars! { "a": 1 };
    assert_eq!(HashMap::from([("a".to_owned(), 1)]).into_vars(), Ok(map.clone()));
    assert_eq!(Dynamic::from(map.clone()).into_vars(), Ok(map));
    assert_eq!(Dynamic::Int(1).into_vars(), Err(Dynamic::Int(1)));
}

#[tokio::test]
async fn a_sequence_with_dynamic_output_becomes_part_of_the_next() {
    let both = Chain::new(|text: String| text) | parallel! { "a": passthrough::<String>() };
    let chain = both.into_dynamic_output() | (pick("a") | |a: Dynamic| format!("{a}!"));
    assert_eq!(chain.invoke("x").await.unwrap(), "\"x\"!");
    let (lines, _) = stream_lines(&chain, "x", Config::new()).await;
    let started: Vec<_> =
        lines.iter().filter(|line| line.ends_with(" start") || line.contains(" start ")).collect();
    let steps = started.iter().filter(|line| line.contains("[seq:step:")).count();
    assert_eq!((started.len(), steps), (6, 4), "{started:#?}");
}
