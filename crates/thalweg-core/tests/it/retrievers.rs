//! Retrievers and their runs.

use thalweg_core::document::Document;
use thalweg_core::retriever::{MemoryRetriever, Retrieval};
use thalweg_core::value::Dynamic;
use thalweg_core::{Chain, Config, ErrorKind};

use crate::parsers::{compat, default_mode};
use crate::support::{events, invoke_lines};

fn fruits() -> MemoryRetriever {
    MemoryRetriever::new(["red apples", "green pears", "red pears"].map(Document::new))
        .named("FruitRetriever")
}

fn contents(found: &[Document]) -> Vec<&str> {
    found.iter().map(|document| document.page_content.as_str()).collect()
}

#[tokio::test]
async fn finds_words_in_any_case() {
    let chain = Retrieval::new(fruits()).chain();
    assert_eq!(contents(&chain.invoke("RED").await.unwrap()), ["red apples", "red pears"]);
    assert_eq!(contents(&chain.invoke("x green").await.unwrap()), ["green pears"]);
    assert!(chain.invoke("").await.unwrap().is_empty());
    assert_eq!(Retrieval::new(fruits().all().k(2)).chain().invoke("x").await.unwrap().len(), 2);
}

#[tokio::test]
async fn its_run_tells_name_tags_and_metadata() {
    let retrieval = Retrieval::new(fruits()).with_tags(["rt"]).with_metadata("rm", 1);
    for context in [compat(), default_mode()] {
        let context = context.with_config(&Config::new().tag("c").metadata("m", 1).run_name("lookup"));
        let chain = retrieval.clone().chain();
        let (events, _) =
            events(chain.stream_events_with("red", context, thalweg_core::event::EventFilter::new())).await;
        let run = &events[0].run;
        assert_eq!((run.name().as_str(), run.kind().as_str()), ("lookup", "retriever"));
        assert_eq!(run.tags(), ["c", "rt"]);
        let metadata = Dynamic::from(run.metadata().clone()).to_string();
        assert_eq!(metadata, r#"{"m":1,"ls_retriever_name":"fruit","rm":1}"#);
    }
}

#[tokio::test]
async fn what_is_no_text_fails_inside_the_run() {
    let chain: Chain<Dynamic, Vec<Document>> = Chain::new(Retrieval::new(fruits()));
    let (lines, error) = invoke_lines(&chain, 3, default_mode()).await;
    assert_eq!(lines[1], "call/FruitRetriever start");
    assert_eq!(error.unwrap().kind(), ErrorKind::InputType);
}

#[tokio::test]
async fn in_compat_mode_any_query_is_handed_on() {
    let chain: Chain<Dynamic, Vec<Document>> = Chain::new(Retrieval::new(fruits()));
    let (lines, error) = invoke_lines(&chain, 3, compat()).await;
    assert_eq!(lines[1], "call/FruitRetriever start");
    assert!(error.is_none());
    let query = Dynamic::from(vec![Dynamic::from("red")]);
    // As Python shows it.
    assert!(chain.invoke_with(query, compat()).await.unwrap().is_empty());
}
