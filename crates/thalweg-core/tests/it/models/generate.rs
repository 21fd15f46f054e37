//! Several prompts in one call.

use std::time::Duration;

use thalweg_core::event::EventFilter;
use thalweg_core::message::Message;
use thalweg_core::model::{Chat, Cue, Llm, ScriptedChat, ScriptedLlm};
use thalweg_core::{Chain, Config, Context, Error, ErrorKind, lambda};

use crate::support::{lines, timed};

fn prompt(text: &str) -> Vec<Message> {
    vec![Message::human(text)]
}

/// A function that asks `model` for all of these at once.
fn generating(model: Chat, prompts: &'static [&'static str]) -> Chain<String, String> {
    lambda(move |_: String| {
        let model = model.clone();
        async move {
            let result = model.generate(prompts.iter().map(|text| prompt(text))).await?;
            let texts: Vec<_> = result.generations.iter().map(|all| all[0].text.as_str()).collect();
            Ok::<_, Error>(texts.join("|"))
        }
    })
    .named("call")
}

fn starts_and_ends(lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .filter(|line| line.starts_with("call/"))
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .filter(|what| what != "stream")
        .collect()
}

#[tokio::test]
async fn the_result_names_its_runs() {
    let model = Chat::new(ScriptedChat::echo());
    let result = model.generate([prompt("a"), prompt("b")]).await.unwrap();
    let texts: Vec<_> = result.generations.iter().map(|all| all[0].text.as_str()).collect();
    assert_eq!(texts, ["a", "b"]);
    assert_eq!(result.runs.len(), 2);
    assert_ne!(result.runs[0], result.runs[1]);
    let json = serde_json::to_value(&result).unwrap();
    assert_eq!(json["run"][0]["run_id"], result.runs[0].to_string());
    assert_eq!(
        json["generations"][0][0]["message"]["id"],
        format!("lc_run--{}-0", result.runs[0]),
        "as the documents print it"
    );
}

#[tokio::test]
async fn no_prompt_gives_no_generation() {
    let result = Chat::new(ScriptedChat::echo()).generate([]).await.unwrap();
    assert!(result.generations.is_empty() && result.runs.is_empty());
}

#[tokio::test]
async fn all_start_before_the_first_is_asked_and_end_after_the_last() {
    let chain = generating(Chat::new(ScriptedChat::echo()), &["a", "b", "c"]);
    for context in [Context::root(), Context::root().with_config(&Config::new().compat(true))] {
        let (lines, _) = lines(chain.stream_events_with("x", context, EventFilter::new())).await;
        assert_eq!(starts_and_ends(&lines), ["start", "start", "start", "end", "end", "end"], "{lines:#?}");
        let ends: Vec<_> = lines.iter().filter(|line| line.contains("ScriptedChat end")).collect();
        assert!(ends[0].contains('a') && ends[2].contains('c'), "{ends:#?}");
    }
}

#[tokio::test]
async fn the_failed_ones_end_first_and_the_first_error_counts() {
    let fails = |text: &str| [Cue::from(Error::new(ErrorKind::Model, text.to_owned()))];
    let model = ScriptedChat::new(["well"]).on("two", fails("second")).on("three", fails("third"));
    let chain = generating(Chat::new(model), &["one", "two", "three", "four"]);
    let (lines, error) = lines(chain.stream_events("x")).await;
    assert_eq!(error.unwrap().message(), "second");
    assert_eq!(
        starts_and_ends(&lines),
        ["start", "start", "start", "start", "error", "error", "end", "end"],
        "{lines:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_answers_come_beside_each_other_within_the_limit() {
    let model = Chat::new(ScriptedChat::new(["a"]).pace(Duration::from_secs(1)));
    let prompts = || (0..4).map(|i| prompt(&i.to_string()));
    let start = tokio::time::Instant::now();
    model.generate_with(prompts(), timed()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
    model.generate_with(prompts(), timed().max_concurrency(2)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test]
async fn text_models_generate_too() {
    let result = Llm::new(ScriptedLlm::echo()).generate(["a b", "c"]).await.unwrap();
    assert_eq!(result.generations[0][0].text, "a b");
    assert_eq!(result.generations[1][0].text, "c");
    assert_eq!(result.runs.len(), 2);
}

#[tokio::test]
async fn as_langchain_core_does_a_text_model_answers_all_or_none() {
    let model = ScriptedLlm::new(["well"]).on("two", [Cue::from(Error::other("broken"))]);
    let llm = Llm::new(model);
    let chain = lambda(move |_: String| {
        let llm = llm.clone();
        async move { llm.generate(["one", "two", "three"]).await.map(|_| String::new()) }
    });
    let chain: Chain<String, String> = chain.named("call");
    let compat = Config::new().compat(true);
    let (lines, error) = lines(chain.stream_events_with("x", compat, EventFilter::new())).await;
    assert_eq!(error.unwrap().message(), "broken");
    // There the events of a model's failure are not shown: only its starts are.
    assert!(!starts_and_ends(&lines).contains(&"end".to_owned()), "{lines:#?}");
}

#[tokio::test]
async fn a_run_id_is_the_first_runs() {
    let id: thalweg_core::RunId = "0190b1a2-0000-7000-8000-000000000000".parse().unwrap();
    let model = Chat::new(ScriptedChat::echo());
    let result = model.generate_with([prompt("a"), prompt("b")], Config::new().run_id(id)).await.unwrap();
    assert_eq!(result.runs[0], id);
    assert_ne!(result.runs[1], id);
}
