//! `docs/events.md` shows real events.

use thalweg::prelude::*;
use thalweg::run::RunKind;
use thalweg::vars;

use crate::chains::{
    cancelled_after, events, flaky, llm, log, question, retrieval, tool, v2, written, written_v2,
};
use crate::page::Page;

fn rhine() -> Map {
    vars! { "river": "Rhine" }
}

/// The events of the runs of this kind, with the first chunk only.
fn of_kind(all: &[Event], kind: RunKind) -> Vec<String> {
    let mut streamed = false;
    let mut shown = |event: &Event| {
        let stream = matches!(event.kind, EventKind::Stream { .. });
        event.run.kind() == kind && !(stream && std::mem::replace(&mut streamed, true))
    };
    all.iter().zip(written(all)).filter(|(event, _)| shown(event)).map(|(_, line)| line).collect()
}

fn word(line: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(line).unwrap();
    let of = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
    format!("{:<10} {}", of("event"), of("name"))
}

fn those(lines: &[String], event: &str) -> Vec<String> {
    let wanted = format!("\"event\":\"{event}\"");
    lines.iter().filter(|line| line.contains(&wanted)).cloned().collect()
}

#[test]
fn the_event_reference_is_true() {
    let mut page = Page::open("events.md");
    let asked = events(&question(), rhine());
    let all = written(&asked);
    page.block("order", &all.iter().map(|line| word(line)).collect::<Vec<_>>());
    for (name, kind) in [
        ("chain", RunKind::Chain),
        ("prompt", RunKind::Prompt),
        ("chat_model", RunKind::ChatModel),
        ("parser", RunKind::Parser),
    ] {
        page.block(name, &of_kind(&asked, kind));
    }
    page.block("llm", &of_kind(&events(&llm(), "Rhine"), RunKind::Llm));
    let used = written(&events(&tool(), rhine()));
    page.block("tool", &used);
    page.block("retriever", &written(&events(&retrieval(), "Rhine")));
    page.block("custom", &those(&used, "custom"));
    page.block("error", &those(&written(&events(&tool(), vars! { "river": "Styx" })), "error"));
    page.block("retry", &those(&written(&events(&flaky(), "go")), "retry"));
    page.block("cancelled", &those(&written(&cancelled_after(5)), "cancelled"));
    page.block("v2", &written_v2(&v2(&question(), rhine(), false)));
    let styx = || Chain::new(|_: Dynamic| "Styx".to_owned()).named("name") | failing();
    let words =
        |compat| written_v2(&v2(&styx(), rhine(), compat)).iter().map(|line| word(line)).collect::<Vec<_>>();
    page.block("v2-failing", &words(false));
    page.block("v2-failing-compat", &words(true));
    let shout =
        Chain::new(|text: Dynamic| text.as_str().map(str::to_uppercase).unwrap_or_default()).named("shout");
    page.block("log", &log(&(shout | |text: String| format!("{text}!")), "hello"));
    page.close();
}

fn failing() -> Chain<String, String> {
    Chain::new(|_: String| -> Result<String> { Err(Error::new(ErrorKind::Application, "no such river")) })
        .named("find")
}
