//! Nodes that change how another is called: retries, fallbacks, listeners and the like.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use thalweg_core::callback::{AsyncListeners, Listeners, RunRecord};
use thalweg_core::output::LlmResult;
use thalweg_core::run::RunKind;
use thalweg_core::runnable::Fallbacks;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Error, RetryPolicy};

use super::build::{Builder, Object};
use super::effect::Node;
use super::encode::{encode, encode_map};
use super::failure::{Refusal, is_among};

/// The error classes that a node names.
fn classes(node: &Object) -> Vec<String> {
    match node.get("exceptions").and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => vec!["Exception".to_owned()],
    }
}

fn among(node: &Object) -> impl Fn(&Error) -> bool + Send + Sync + 'static {
    let classes = classes(node);
    move |error| is_among(error, &classes)
}

pub(super) fn retry(builder: &mut Builder, node: &Object) -> Result<Node, Refusal> {
    let attempts =
        node.get("max_attempts").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(3);
    let policy = RetryPolicy::new().max_attempts(attempts).no_wait().when(among(node));
    Ok(builder.bound(node)?.retry(policy))
}

pub(super) fn fallbacks(builder: &mut Builder, node: &Object) -> Result<Node, Refusal> {
    let mut fallbacks = Fallbacks::new(builder.bound(node)?).when(among(node));
    for other in node.get("fallbacks").and_then(Value::as_array).into_iter().flatten() {
        fallbacks = fallbacks.or(builder.build(other)?);
    }
    if let Some(key) = node.get("exception_key").and_then(Value::as_str) {
        fallbacks = fallbacks.exception_key(key);
    }
    Ok(fallbacks.into_chain())
}

/// What a listener sees of a value of a run of this kind: an object.
fn shown(kind: RunKind, value: Option<&Dynamic>, word: &str) -> Value {
    let value = value.cloned().unwrap_or_default();
    match (kind, &value) {
        (RunKind::Llm, Dynamic::LlmResult(result)) => dumped(result),
        (RunKind::Llm, _) => json!({ "prompts": [encode(&value)] }),
        (RunKind::Retriever, _) if word == "input" => json!({ "query": encode(&value) }),
        (RunKind::Retriever, _) => json!({ "documents": encode(&value) }),
        (RunKind::Tool, _) if word == "output" => json!({ "output": encode(&value) }),
        (RunKind::ChatModel, _) | (_, Dynamic::Map(_)) => encode(&value),
        _ => {
            let mut map = Map::new();
            map.insert(word, value);
            encode(&map.into())
        }
    }
}

/// A text model's result as the records of runs hold it.
fn dumped(result: &LlmResult) -> Value {
    let or_null = |map: &Map| if map.is_empty() { Value::Null } else { encode_map(map) };
    let generations = result.generations.iter().map(|list| {
        list.iter()
            .map(|one| {
                json!({
                    "text": one.text.as_str(),
                    "generation_info": or_null(&one.generation_info),
                    "type": "Generation",
                })
            })
            .collect::<Vec<_>>()
    });
    json!({
        "generations": generations.collect::<Vec<_>>(),
        "llm_output": or_null(&result.llm_output),
        "run": null,
        "type": "LLMResult",
    })
}

pub(super) fn listeners(builder: &mut Builder, spec: &Object) -> Result<Node, Refusal> {
    let bound: Chain<Dynamic, Dynamic> = builder.bound(spec)?;
    let label = spec.get("label").and_then(Value::as_str).unwrap_or("listener").to_owned();
    let wanted: Vec<String> = match spec.get("on").and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => ["start", "end", "error"].map(str::to_owned).to_vec(),
    };
    let noting = |on: &'static str| {
        let (label, listened): (String, Arc<Mutex<Vec<Value>>>) =
            (label.clone(), Arc::clone(&builder.listened));
        move |record: &RunRecord| {
            let kind = record.run.kind();
            let unknown = record.input.is_none();
            let inputs =
                if unknown { json!({ "input": "" }) } else { shown(kind, record.input.as_ref(), "input") };
            let mut entry =
                json!({ "label": label, "on": on, "name": record.name().as_str(), "inputs": inputs });
            if on == "end" {
                entry["outputs"] = shown(kind, record.output.as_ref(), "output");
            }
            if on == "error" {
                entry["failed"] = json!(record.error.is_some());
            }
            if let Ok(mut listened) = listened.lock() {
                listened.push(entry);
            }
        }
    };
    let wants = |on: &str| wanted.iter().any(|wanted| wanted == on);
    if spec.get("async").and_then(Value::as_bool).unwrap_or(false) {
        let mut listeners = AsyncListeners::new();
        if wants("start") {
            let note = noting("start");
            listeners = listeners.on_start(move |record: RunRecord| {
                note(&record);
                std::future::ready(())
            });
        }
        if wants("end") {
            let note = noting("end");
            listeners = listeners.on_end(move |record: RunRecord| {
                note(&record);
                std::future::ready(())
            });
        }
        if wants("error") {
            let note = noting("error");
            listeners = listeners.on_error(move |record: RunRecord| {
                note(&record);
                std::future::ready(())
            });
        }
        return Ok(bound.with_async_listeners(listeners));
    }
    let mut listeners = Listeners::new();
    if wants("start") {
        listeners = listeners.on_start(noting("start"));
    }
    if wants("end") {
        listeners = listeners.on_end(noting("end"));
    }
    if wants("error") {
        listeners = listeners.on_error(noting("error"));
    }
    Ok(bound.with_listeners(listeners))
}
