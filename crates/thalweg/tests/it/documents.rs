//! What the documents print of events and chunks, in full: `tests/data/documents`.
//!
//! Left out of the comparison is what differs by decision or by version: ids (compared by their order), the order of tags,
//! the input that our ends show too, and what is empty in a message.

use futures_util::StreamExt;
use serde_json::{Value as Json, json};
use thalweg::callback::adispatch_custom_event_in;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;
use thalweg::schema::Type;
use thalweg::tool::One;
use thalweg::value::Value;

use crate::examples;
use crate::repr;

/// What a document prints, read.
fn printed(name: &str) -> Vec<Json> {
    let all = repr::values(&text(name));
    match &all[..] {
        [Json::Array(items)] => items.clone(),
        _ => all,
    }
}

fn text(name: &str) -> String {
    let path = format!("{}/tests/data/documents/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// The model of a recorded scenario.
fn recorded(scenario: &str) -> Chat {
    let path = format!("{}/../../conformance/cases/seeds/{scenario}.json", env!("CARGO_MANIFEST_DIR"));
    let scenario: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let spec = &scenario["spec"];
    let spec = spec["steps"].get(0).unwrap_or(spec);
    let chunk = |chunk: &Json| match chunk {
        Json::String(text) => json!({ "content": text }),
        chunk => {
            let mut chunk = chunk.as_object().unwrap().clone();
            if let Some(usage) = chunk.remove("usage") {
                chunk.insert("usage_metadata".to_owned(), usage);
            }
            chunk.into()
        }
    };
    let chunks: Vec<Json> = spec["responses"][0]["chunks"].as_array().unwrap().iter().map(chunk).collect();
    let recording = json!({ "client": "ChatAnthropic", "mode": "stream", "chunks": chunks }).to_string();
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    Chat::new(ReplayChat::from_json(&recording).unwrap().params(params))
}

/// The first events of a call, as JSON.
async fn events<I: Value, O: Value>(
    chain: &Chain<I, O>,
    input: impl Into<I>,
    filter: EventFilter,
) -> Vec<Json> {
    let events = chain.stream_events_v2_with(input, Config::new(), filter);
    events.map(|event| serde_json::to_value(event.unwrap()).unwrap()).collect().await
}

/// Compares our events with printed ones.
#[track_caller]
fn assert_events(ours: &[Json], printed: &[Json]) {
    assert_eq!(ours.len(), printed.len());
    let (mut our_ids, mut their_ids) = (Vec::new(), Vec::new());
    for (ours, printed) in ours.iter().zip(printed) {
        let mut ours = ours.clone();
        if printed["data"].get("input").is_none() && printed["event"].as_str().unwrap().ends_with("_end") {
            ours["data"].as_object_mut().unwrap().remove("input");
        }
        assert_eq!(plain(&ours, &mut our_ids), plain(printed, &mut their_ids));
    }
}

/// An event without what may differ, its ids as numbers in the order in which they appear.
fn plain(event: &Json, ids: &mut Vec<String>) -> Json {
    match event {
        Json::String(text) => {
            let id = ["lc_run--", "run--", "run-"]
                .iter()
                .find_map(|prefix| text.strip_prefix(prefix))
                .unwrap_or(text);
            if id.len() != 36 || id.matches('-').count() != 4 {
                return event.clone();
            }
            let known = ids.iter().position(|known| known == id).unwrap_or_else(|| {
                ids.push(id.to_owned());
                ids.len() - 1
            });
            json!(format!("id {known}"))
        }
        Json::Array(items) => items.iter().map(|item| plain(item, ids)).collect(),
        Json::Object(entries) => {
            let message = entries.contains_key("content");
            // The document's model has no metadata of its own in its last chunk.
            let mut plain: serde_json::Map<_, _> = entries
                .iter()
                .filter(|(key, value)| !(message && (is_empty(value) || *key == "chunk_position")))
                .map(|(key, value)| (key.clone(), plain(value, ids)))
                .collect();
            match plain.get("type").and_then(Json::as_str) {
                Some("HumanMessage") => plain["type"] = json!("human"),
                Some("AIMessage") => plain["type"] = json!("ai"),
                _ => {}
            }
            if let Some(Json::Array(tags)) = plain.get_mut("tags") {
                tags.sort_by_key(Json::to_string);
            }
            plain.into()
        }
        other => other.clone(),
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

#[tokio::test]
async fn the_chunks_of_a_model() {
    let mut pieces = String::new();
    for chunk in recorded("sky-stream").chain().stream_blocking("what color is the sky?") {
        pieces += &chunk.unwrap().text();
        pieces.push('|');
    }
    assert_eq!(pieces + "\n", text("003-sky-stream"));

    let (chain, input) = examples::sky::build().unwrap();
    let chunks: Vec<_> = chain.stream(input).take(5).map(Result::unwrap).collect().await;
    let mut sum = <AiMessage as Value>::Fold::default();
    for chunk in &chunks {
        assert!(sum.push(chunk));
    }
    let sum = sum.finish().unwrap();
    for (ours, name) in [(&chunks[0], "003-sky-first-chunk"), (&sum, "003-sky-five-chunks")] {
        let ours = serde_json::to_value(ours).unwrap();
        assert_eq!(plain(&ours, &mut Vec::new()), plain(&printed(name)[0], &mut Vec::new()));
    }
}

#[tokio::test]
async fn the_events_of_a_model() {
    let events = events(&recorded("hello-model-events").chain(), "hello", EventFilter::new()).await;
    let mut first = printed("003-hello-first-events");
    // There a model that is called alone shows its input as it was given, other ones as they take it.
    assert_eq!(first[0]["data"], json!({ "input": "hello" }));
    first[0]["data"] = json!({ "input": { "messages": [[{ "type": "human", "content": "hello" }]] } });
    assert_events(&events[..3], &first);
    assert_events(&events[events.len() - 2..], &printed("003-hello-last-events"));
}

#[tokio::test]
async fn the_first_events_of_a_chain() {
    let (chain, input) = examples::countries_events::build().unwrap();
    let events = events(&chain, input, EventFilter::new()).await;
    assert_events(&events[..3], &printed("003-countries-first-events"));
}

#[tokio::test]
async fn the_filters() {
    let (chain, input) = examples::filter_by_name::build().unwrap();
    let by_name = events(&chain, input, examples::filter_by_name::filter()).await;
    let mut named = printed("003-filter-by-name");
    // There the filter puts the chain's input in the place of the parser's.
    assert_eq!(named[0]["data"]["input"].as_str().map(|text| &text[..16]), Some("output a list of"));
    named[0]["data"] = json!({});
    assert_events(&by_name[..named.len()], &named);

    let (chain, input) = examples::filter_by_type::build().unwrap();
    let by_type = events(&chain, input, examples::filter_by_type::filter()).await;
    let mut typed = printed("003-filter-by-type");
    // As there.
    typed[0]["data"] = by_type[0]["data"].clone();
    assert_events(&by_type[..typed.len()], &typed);

    let (chain, input) = examples::filter_by_tag::build().unwrap();
    let by_tag = events(&chain, input, examples::filter_by_tag::filter()).await;
    let tagged = printed("003-filter-by-tag");
    assert_events(&by_tag[..tagged.len()], &tagged);
}

/// The names in the finished value.
#[allow(clippy::needless_pass_by_value, reason = "a step takes its input")]
fn extract_country_names(value: Dynamic) -> Vec<String> {
    let countries = value.get("countries").and_then(Dynamic::as_list).cloned().unwrap_or_default();
    countries.iter().filter_map(|country| country.get("name")?.as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn the_events_before_a_function_that_does_not_stream() {
    let model = recorded("countries-names-not-streaming-events");
    let chain = Runnable::<String>::into_chain(model) | JsonOutputParser::new() | extract_country_names;
    let chunks: Vec<_> = chain.stream("countries").map(|chunk| json!(chunk.unwrap())).collect().await;
    assert_eq!(chunks, repr::values(&text("003-names-chunks")));

    let events = events(&chain, "countries", EventFilter::new()).await;
    // Its count goes up with every event, also those that it does not print.
    let shown = events.iter().take(31).filter_map(|event| {
        let chunk = &event["data"]["chunk"];
        match event["event"].as_str().unwrap() {
            "on_chat_model_stream" => Some(("Chat model chunk", chunk["content"].clone())),
            "on_parser_stream" => Some(("Parser chunk", chunk.clone())),
            _ => None,
        }
    });
    let printed = text("003-names-events");
    let lines = printed.lines().filter(|line| *line != "...");
    let printed = lines.map(|line| {
        let (what, chunk) = line.split_once(": ").unwrap();
        (what, repr::values(chunk).remove(0))
    });
    assert_eq!(shown.collect::<Vec<_>>(), printed.collect::<Vec<_>>());
}

#[tokio::test]
async fn the_documents_that_a_retriever_streams() {
    use thalweg::document::Document;
    use thalweg::retriever::{MemoryRetriever, Retrieval};
    let ids = ["2740a247-9738-48c4-8c8f-d879d4ed39f7", "1d3d012f-1cb0-4bee-928a-c8bf0f8b1b92"];
    let texts = ["harrison worked at kensho", "harrison likes spicy food"];
    let documents =
        std::array::from_fn::<_, 2, _>(|i| Document { id: Some(ids[i].into()), ..Document::new(texts[i]) });
    let retriever = Retrieval::new(MemoryRetriever::new(documents)).chain();
    let chunks: Vec<_> =
        retriever.stream("where did harrison work?").map(|chunk| json!(chunk.unwrap())).collect().await;
    let mut printed = printed("003-retriever-chunks");
    for document in printed[0].as_array_mut().unwrap() {
        let document = document.as_object_mut().unwrap();
        assert_eq!(document.remove("type"), Some(json!("Document")));
    }
    let mut chunks = chunks;
    for document in chunks[0].as_array_mut().unwrap() {
        document
            .as_object_mut()
            .unwrap()
            .retain(|key, _| ["id", "metadata", "page_content"].contains(&key.as_str()));
    }
    assert_eq!(chunks, printed);
}

#[allow(clippy::needless_pass_by_value, reason = "a step takes its input")]
fn reversed(word: String) -> String {
    word.chars().rev().collect()
}

fn reverse_word() -> Chain<String, String> {
    Chain::new(reversed).named("reverse_word")
}

#[tokio::test]
async fn what_runs_inside_a_tool() {
    let tool = |name: &'static str| Tool::builder(name, "Turns a word round.").arg("word", Type::Str);
    // It passes nothing on.
    let bad = tool("bad_tool")
        .async_function(|One(word): One<String>| async move { reverse_word().invoke(word).await });
    let correct = tool("correct_tool").async_function_with(|One(word): One<String>, context| async move {
        reverse_word().invoke_with(word, context).await
    });
    for (tool, name) in [(bad.chain(), "003-bad-tool"), (correct.chain(), "003-correct-tool")] {
        assert_events(&events(&tool, "hello", EventFilter::new()).await, &printed(name));
    }
}

#[tokio::test]
async fn what_runs_inside_a_function() {
    async fn reverse_and_double(word: String) -> thalweg::Result<String> {
        Ok(reverse_word().invoke(word).await?.repeat(2))
    }
    let chain = lambda(reverse_and_double);
    assert_eq!(chain.invoke("1234").await.unwrap(), "43214321");
    let ours = events(&chain, "1234", EventFilter::new()).await;
    // The document was printed where the inner function's events are lost.
    let (inner, outer): (Vec<_>, Vec<_>) =
        ours.into_iter().partition(|event| event["name"] == "reverse_word");
    let kinds: Vec<_> = inner.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["on_chain_start", "on_chain_end"]);
    assert!(inner.iter().all(|event| event["parent_ids"] == json!([outer[0]["run_id"]])));
    assert_events(&outer, &printed("003-reverse-and-double"));
    assert_events(&outer, &printed("003-reverse-and-double-chain"));
}

#[tokio::test]
async fn custom_events() {
    for (name, (chain, input)) in [
        ("000-foo", examples::custom_events::build()),
        ("000-bar", examples::custom_events::build_explicit()),
    ] {
        assert_events(&events(&chain, input, EventFilter::new()).await, &printed(name));
    }
    // In JavaScript, with the context of the surroundings and with one that is passed.
    let around = lambda(|text: String| async move {
        adispatch_custom_event("event1", vars! { "reversed": reversed(text.clone()) }).await?;
        adispatch_custom_event("event2", 5).await?;
        thalweg::Result::<_>::Ok(text)
    });
    let passed = lambda_with(|text: String, context: Context| async move {
        let data = vars! { "reversed": reversed(text.clone()) };
        adispatch_custom_event_in(&context, "event1", data).await?;
        adispatch_custom_event_in(&context, "event2", 5).await?;
        thalweg::Result::<_>::Ok(text)
    });
    for (chain, name) in [(around, "001-reflect"), (passed, "001-reflect-web")] {
        let mut ours = events(&chain, "hello world", EventFilter::new()).await;
        ours.retain(|event| event["event"] == "on_custom_event");
        for event in &mut ours {
            // Which that version does not show.
            assert_eq!(event.as_object_mut().unwrap().remove("parent_ids"), Some(json!([])));
        }
        assert_events(&ours, &printed(name));
    }
}

#[tokio::test]
async fn the_model_inside_a_tool() {
    let (tool, input) = examples::tool_with_inner_chain::build().unwrap();
    let all = events(&tool, input, EventFilter::new()).await;
    let of = |kind: &str| {
        let mut of: Vec<_> = all.iter().filter(|event| event["event"] == kind).cloned().collect();
        for event in &mut of {
            // There a tool is not the parent of what its function gives a configuration to.
            assert_eq!(event["parent_ids"].as_array_mut().unwrap().remove(0), all[0]["run_id"]);
        }
        of
    };
    assert_events(&of("on_chat_model_end"), &printed("002-model-end"));
    assert_events(&of("on_chat_model_stream"), &printed("002-model-stream"));
}
