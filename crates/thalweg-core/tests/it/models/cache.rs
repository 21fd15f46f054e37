//! Answers from a cache.

use std::sync::Arc;

use futures_util::StreamExt;
use thalweg_core::message::{AiMessage, Message, ToolCall, ToolCallChunk};
use thalweg_core::model::{
    CallOptions, Chat, Cue, Llm, MemoryCache, ModelParams, Requests, ResponseCache, ScriptedChat, ScriptedLlm,
};
use thalweg_core::prompt::PromptValue;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Error};

async fn texts(chain: &Chain<PromptValue, AiMessage>, input: impl Into<PromptValue>) -> Vec<String> {
    chain.stream(input).map(|chunk| chunk.unwrap().text().into_owned()).collect().await
}

#[tokio::test]
async fn a_stream_is_streamed_again() {
    let asked = Requests::new();
    let model = ScriptedChat::new(["Hel", "lo"]).then(["other"]).record(&asked);
    let chain = Chat::new(model).with_cache(MemoryCache::new(10)).chain();
    let first = texts(&chain, "hi").await;
    assert_eq!(first, ["Hel", "lo", ""]);
    assert_eq!(texts(&chain, "hi").await, first);
    assert_eq!(chain.invoke("hi").await.unwrap().text(), "Hello");
    assert_eq!(asked.len(), 1);
    assert_eq!(texts(&chain, "ho").await, ["other", ""]);
}

#[tokio::test]
async fn a_whole_answer_streams_as_one_piece() {
    let call = ToolCall::new("add", Map::from_iter([("a", Dynamic::from(1))]));
    let answer = AiMessage::new("Adding.").with_tool_calls([call]);
    let chain = Chat::new(ScriptedChat::new([answer])).with_cache(MemoryCache::new(10)).chain();
    let whole = chain.invoke("hi").await.unwrap();
    let chunks: Vec<_> = chain.stream("hi").map(Result::unwrap).collect().await;
    assert_eq!(chunks[0].text(), "Adding.");
    assert!(!chunks[0].is_whole());
    let sum = thalweg_core::value::Value::from_sum(Some({
        let mut fold = thalweg_core::message::AiMessageFold::default();
        for chunk in &chunks {
            fold.try_merge(chunk).unwrap();
        }
        thalweg_core::value::Fold::finish(fold).unwrap()
    }));
    let sum: AiMessage = sum.unwrap();
    assert_eq!((sum.content, sum.tool_calls), (whole.content, whole.tool_calls));
}

#[tokio::test]
async fn each_run_has_its_own_message_id() {
    let chain = Chat::new(ScriptedChat::new(["a"])).with_cache(MemoryCache::new(10)).chain();
    let ids = [chain.invoke("x").await.unwrap().id, chain.invoke("x").await.unwrap().id];
    assert!(ids[0].is_some() && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn the_key_is_all_that_the_answer_depends_on() {
    let asked = Requests::new();
    let cache = Arc::new(MemoryCache::new(100));
    let model = |name: &str| {
        let model = ScriptedChat::new(["a"]).params(ModelParams::new("p", name.to_owned())).record(&asked);
        Chat::new(model).with_cache(Arc::clone(&cache)).chain()
    };
    let message = |id: &str| vec![Message::human("hi").with_id(id.to_owned())];
    let chain = model("one");
    chain.invoke(message("1")).await.unwrap();
    chain.invoke(message("2")).await.unwrap();
    chain.invoke("hi").await.unwrap();
    model("one").invoke("hi").await.unwrap();
    assert_eq!(asked.len(), 1, "neither ids nor the model's object count");
    chain.invoke(vec![Message::system("hi")]).await.unwrap();
    assert_eq!(asked.len(), 2);
    model("two").invoke("hi").await.unwrap();
    assert_eq!(asked.len(), 3);
    let options = |a: &'static str, b: &'static str| CallOptions::new().set(a, 1).set(b, 1);
    model("one").bind(options("a", "b")).invoke("hi").await.unwrap();
    model("one").bind(options("b", "a")).invoke("hi").await.unwrap();
    assert_eq!(asked.len(), 4);
    model("one").bind(CallOptions::new().stop(["x"])).invoke("hi").await.unwrap();
    assert_eq!(asked.len(), 5);
    assert_eq!(cache.len(), 5);
}

#[tokio::test]
async fn what_fails_or_is_dropped_is_not_kept() {
    let asked = Requests::new();
    let model =
        ScriptedChat::new([Cue::from("a"), Error::other("broken").into()]).then(["b", "c"]).record(&asked);
    let chain = Chat::new(model).with_cache(MemoryCache::new(10)).chain();
    chain.invoke("hi").await.unwrap_err();
    assert!(chain.stream("hi").next().await.unwrap().is_ok());
    assert!(chain.stream("hi").collect::<Vec<_>>().await.last().unwrap().is_err());
    chain.invoke("hi").await.unwrap();
    chain.invoke("hi").await.unwrap();
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn the_least_recently_used_gives_way() {
    let asked = Requests::new();
    let cache = Arc::new(MemoryCache::new(2));
    let chain = Chat::new(ScriptedChat::echo().record(&asked)).with_cache(Arc::clone(&cache)).chain();
    for text in ["a", "b", "a", "c", "a", "b"] {
        chain.invoke(text).await.unwrap();
    }
    let got: Vec<_> = asked.all().iter().map(|request| request.messages[0].text().into_owned()).collect();
    assert_eq!(got, ["a", "b", "c", "b"]);
    assert_eq!(cache.len(), 2);
    cache.clear();
    assert!(cache.is_empty());
}

#[tokio::test]
async fn text_models_have_it_too() {
    let asked = Requests::new();
    let llm = Llm::new(ScriptedLlm::new(["a", "b"]).record(&asked)).with_cache(MemoryCache::new(10)).chain();
    let chunks: Vec<_> = llm.stream("x").map(Result::unwrap).collect().await;
    assert_eq!(chunks, ["a", "b"]);
    let again: Vec<_> = llm.stream("x").map(Result::unwrap).collect().await;
    assert_eq!(again, chunks);
    assert_eq!(llm.invoke("x").await.unwrap(), "ab");
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn answers_serialize_for_other_caches() {
    let cache = Arc::new(MemoryCache::new(10));
    let model = ScriptedChat::new([Cue::from("a"), ToolCallChunk::new("add", "{}").into()]);
    let chain = Chat::new(model).with_cache(Arc::clone(&cache)).chain();
    let seen = Arc::new(Seen::default());
    let chain_two = Chat::new(ScriptedChat::new(["a", "b"])).with_cache(Arc::clone(&seen)).chain();
    texts(&chain, "x").await;
    texts(&chain_two, "x").await;
    let kept = seen.0.lock().unwrap().clone().unwrap();
    let json = serde_json::to_string(&*kept).unwrap();
    let read: thalweg_core::model::CachedResponse = serde_json::from_str(&json).unwrap();
    assert!(read.is_streamed());
    assert_eq!(read.generations[1].text, "b");
    assert_eq!(Dynamic::parse(&json).unwrap(), Dynamic::from_serialize(&read).unwrap());
}

/// Only shows what it is given.
#[derive(Default)]
struct Seen(std::sync::Mutex<Option<Arc<thalweg_core::model::CachedResponse>>>);

impl ResponseCache for Seen {
    fn lookup<'a>(
        &'a self,
        _key: &'a str,
    ) -> futures_util::future::BoxFuture<'a, Option<Arc<thalweg_core::model::CachedResponse>>> {
        Box::pin(async { None })
    }

    fn store<'a>(
        &'a self,
        _key: &'a str,
        response: Arc<thalweg_core::model::CachedResponse>,
    ) -> futures_util::future::BoxFuture<'a, ()> {
        *self.0.lock().unwrap() = Some(response);
        Box::pin(async {})
    }
}
