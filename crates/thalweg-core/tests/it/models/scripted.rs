//! Models that say what they are told to.

use std::time::Duration;

use futures_util::StreamExt;
use thalweg_core::message::{AiMessage, ToolCallChunk, UsageMetadata};
use thalweg_core::model::{CallOptions, Chat, Cue, Llm, ModelParams, Requests, ScriptedChat, ScriptedLlm};
use thalweg_core::prompt::PromptValue;
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Context, Error, ErrorKind};

use crate::support::{drop_at_every_poll, stream_lines, timed};

async fn texts(chain: &Chain<PromptValue, AiMessage>, input: &str) -> Vec<String> {
    chain.stream(input).map(|chunk| chunk.unwrap().text().into_owned()).collect().await
}

#[tokio::test]
async fn answers_come_in_turn_piece_by_piece() {
    let chain = Chat::new(ScriptedChat::new(["Hello", " world"]).then(["Bye"])).chain();
    assert_eq!(texts(&chain, "1").await, ["Hello", " world", ""], "with the piece that closes the stream");
    assert_eq!(chain.invoke("2").await.unwrap().text(), "Bye");
    assert_eq!(chain.invoke("3").await.unwrap().text(), "Hello world");
}

#[tokio::test]
async fn an_echo_is_cut_before_spaces() {
    let chain = Chat::new(ScriptedChat::echo()).chain();
    assert_eq!(texts(&chain, "one two  three").await, ["one", " two", " ", " three", ""]);
    assert_eq!(texts(&chain, " ä b").await, [" ä", " b", ""]);
    let llm = Llm::new(ScriptedLlm::echo()).chain();
    let chunks: Vec<_> = llm.stream("one two").map(Result::unwrap).collect().await;
    assert_eq!(chunks, ["one", " two"]);
}

#[tokio::test]
async fn the_first_text_that_fits_decides() {
    let model =
        ScriptedChat::new(["else"]).on("rain", ["wet"]).on("rain or sun", ["never"]).on("sun", ["dry"]);
    let chain = Chat::new(model).chain();
    for (question, answer) in [("rain or sun?", "wet"), ("sun?", "dry"), ("snow?", "else")] {
        assert_eq!(chain.invoke(question).await.unwrap().text(), answer);
    }
}

#[tokio::test]
async fn any_piece_can_be_scripted() {
    let usage =
        UsageMetadata { input_tokens: 3, output_tokens: 4, total_tokens: 7, ..UsageMetadata::default() };
    let model = ScriptedChat::new([
        Cue::from("Adding."),
        ToolCallChunk::new("add", r#"{"a": "#).with_index(0).into(),
        ToolCallChunk::args("1}").with_index(0).into(),
        usage.clone().into(),
    ]);
    let answer = Chat::new(model).chain().invoke("1").await.unwrap();
    assert_eq!(answer.text(), "Adding.");
    assert_eq!(answer.tool_calls[0].args.get("a"), Some(&Dynamic::Int(1)));
    assert_eq!(answer.usage_metadata, Some(usage));
}

#[tokio::test]
async fn it_fails_where_it_is_told_to() {
    let broken = || Error::new(ErrorKind::Model, "the line broke");
    let cues = || [Cue::from("Hel"), broken().into(), Cue::from("never")];
    let chain = Chat::new(ScriptedChat::new(cues())).chain();
    assert_eq!(chain.invoke("hi").await.unwrap_err().message(), "the line broke");
    let (lines, error) = stream_lines(&chain, "hi", Context::root()).await;
    assert_eq!(error.unwrap().kind(), ErrorKind::Model);
    assert_eq!(lines.last().unwrap(), "ScriptedChat error the line broke");
    assert_eq!(lines.len(), 3, "{lines:#?}");
    let chain = Llm::new(ScriptedLlm::new(cues())).chain();
    assert_eq!(chain.invoke("hi").await.unwrap_err().message(), "the line broke");
}

#[tokio::test]
async fn no_answer_at_all_is_an_error() {
    let chain = Chat::new(ScriptedChat::new([""; 0])).chain();
    assert_eq!(chain.invoke("hi").await.unwrap_err().kind(), ErrorKind::Model);
}

#[tokio::test(start_paused = true)]
async fn it_takes_its_time() {
    let second = Duration::from_secs(1);
    let model = ScriptedChat::new([Cue::from("a"), Cue::Wait(second * 60), "b".into()]).pace(second);
    let chain = Chat::new(model).chain();
    let start = tokio::time::Instant::now();
    let mut times = Vec::new();
    let mut stream = chain.stream_with("hi", timed());
    while let Some(piece) = stream.next().await {
        times.push((piece.unwrap().text().into_owned(), start.elapsed().as_secs()));
    }
    let piece = |text: &str, time| (text.to_owned(), time);
    assert_eq!(times, [piece("a", 1), piece("b", 62), piece("", 62)]);
}

#[cfg(not(feature = "timer"))]
#[tokio::test]
async fn without_a_timer_it_cannot_wait() {
    let chain = Chat::new(ScriptedChat::new(["a"]).pace(Duration::from_secs(1))).chain();
    assert_eq!(chain.invoke("hi").await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn it_tells_what_it_was_asked() {
    let asked = Requests::new();
    let model = ScriptedChat::new(["yes"]).record(&asked);
    let chain = Chat::new(model).chain().bind(CallOptions::new().temperature(0.5));
    chain.invoke("first").await.unwrap();
    chain.invoke("second").await.unwrap();
    assert_eq!(asked.len(), 2);
    let second = &asked.all()[1];
    assert_eq!(second.messages[0].text(), "second");
    assert_eq!(second.options.get("temperature"), Some(&Dynamic::Float(0.5)));
}

#[tokio::test]
async fn its_runs_say_who_it_is() {
    let params = ModelParams::new("anthropic", "claude").max_tokens(1024);
    let chain = Chat::new(ScriptedChat::new(["yes"]).named("ChatAnthropic").params(params)).chain();
    let (events, _) = crate::support::events(chain.stream_events("hi")).await;
    assert_eq!(events[0].run.name(), "ChatAnthropic");
    let metadata = events[0].run.metadata();
    let told = |key: &str| metadata.get(key).map(|value| value.to_string().replace('"', ""));
    assert_eq!(told("ls_provider").as_deref(), Some("anthropic"));
    assert_eq!(told("ls_model_name").as_deref(), Some("claude"));
    assert_eq!(told("ls_max_tokens").as_deref(), Some("1024"));
}

#[test]
fn dropped_anywhere_its_runs_close() {
    let chain = Chat::new(ScriptedChat::new(["a", "b", "c"])).chain();
    drop_at_every_poll(|| chain.stream_events("hi"));
}
