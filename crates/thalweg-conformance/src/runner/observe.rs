//! Recording handlers: every call that a scenario's handlers get is written down.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map as Json, Value, json};
use thalweg_core::callback::{AsyncCallbackHandler, CallbackHandler, FailurePolicy, Handled, Interest};
use thalweg_core::event::{Event, EventKind};
use thalweg_core::message::AiMessageChunk;
use thalweg_core::run::{Run, RunKind};
use thalweg_core::value::{Dynamic, Text};

use super::encode::{encode, encode_map};
use super::failure::{encode_error, raise};

/// What a handler has written down.
pub(super) struct Recorder {
    pub(super) label: String,
    only: Option<Vec<String>>,
    ignore: Vec<String>,
    fail_on: Option<String>,
    fail_with: (String, String),
    failure: FailurePolicy,
    calls: Mutex<Vec<Value>>,
}

impl Recorder {
    /// The recorder that a scenario describes, and whether it is async.
    pub(super) fn new(spec: &Value, label: String, is_async_call: bool) -> (Arc<Self>, bool) {
        let texts = |key: &str| {
            spec.get(key)
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let kind = spec.as_str().or_else(|| spec.get("kind").and_then(Value::as_str)).unwrap_or("sync");
        let raises = spec.get("raise_error").and_then(Value::as_bool).unwrap_or(false);
        let failure = match (raises, is_async_call, kind == "async") {
            (false, ..) | (true, false, true) => FailurePolicy::Log,
            (true, true, _) => FailurePolicy::Abort,
            (true, false, false) => FailurePolicy::AbortAtOnce,
        };
        let recorder = Self {
            label: text(spec.get("label")).unwrap_or(label),
            only: texts("only"),
            ignore: texts("ignore").unwrap_or_default(),
            fail_on: text(spec.get("fail_on")),
            fail_with: (
                text(spec.pointer("/error/class")).unwrap_or_else(|| "ValueError".to_owned()),
                text(spec.pointer("/error/message")).unwrap_or_else(|| "handler failed".to_owned()),
            ),
            failure,
            calls: Mutex::default(),
        };
        (Arc::new(recorder), kind == "async")
    }

    /// Everything that was written down.
    pub(super) fn calls(&self) -> Vec<Value> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn wants(&self) -> Interest {
        self.ignore.iter().fold(Interest::default(), |interest, kind| match kind.as_str() {
            "chain" => interest.ignore_chain(),
            "llm" => interest.ignore_llm(),
            "chat_model" => interest.ignore_chat_model(),
            "retriever" => interest.ignore_retriever(),
            "agent" => interest.ignore_agent(),
            "custom_event" => interest.ignore_custom_event(),
            _ => interest,
        })
    }

    fn note(&self, event: &Event) -> Handled {
        let Some((on, fields)) = call(event) else { return Ok(()) };
        if self.only.as_ref().is_none_or(|only| only.iter().any(|wanted| wanted == on)) {
            let run = &event.run;
            let custom = on == "custom_event";
            let mut out = Json::new();
            out.insert("on".to_owned(), json!(on));
            out.insert("run_id".to_owned(), json!(run.id().to_string()));
            let parent = run.parent().filter(|_| !custom).map(|parent| parent.id().to_string());
            out.insert("parent_run_id".to_owned(), json!(parent));
            out.extend(fields);
            let (tags, metadata) = if custom {
                (run.inherited_tags(), run.inherited_metadata())
            } else {
                (run.tags(), run.metadata())
            };
            out.insert("tags".to_owned(), tags_of(tags));
            if on.ends_with("_start") || custom {
                out.insert("metadata".to_owned(), encode_map(metadata));
            }
            self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(Value::Object(out));
        }
        if self.fail_on.as_deref() == Some(on) {
            return Err(raise(&self.fail_with.0, self.fail_with.1.clone()).into());
        }
        Ok(())
    }
}

fn tags_of(tags: &[Text]) -> Value {
    tags.iter().map(|tag| json!(tag.as_str())).collect()
}

/// The call that langchain-core makes of an event, with what it passes.
fn call(event: &Event) -> Option<(&'static str, Json<String, Value>)> {
    let run: &Run = &event.run;
    let kind = run.kind();
    let mut fields = Json::new();
    let mut put = |key: &str, value: Value| {
        fields.insert(key.to_owned(), value);
    };
    let on = match (&event.kind, kind) {
        (EventKind::Start { input }, _) => {
            put("name", json!(run.name().as_str()));
            let input = input.as_ref();
            match kind {
                RunKind::ChatModel => {
                    put("messages", json!([input.map(encode)]));
                    "chat_model_start"
                }
                RunKind::Llm => {
                    put("prompts", json!([input.map(encode)]));
                    "llm_start"
                }
                RunKind::Tool => {
                    match input {
                        Some(args @ Dynamic::Map(_)) => put("inputs", encode(args)),
                        other => {
                            put("inputs", Value::Null);
                            put("input_str", other.map(encode).unwrap_or_default());
                        }
                    }
                    "tool_start"
                }
                RunKind::Retriever => {
                    put("query", input.map(encode).unwrap_or_default());
                    "retriever_start"
                }
                _ => {
                    put("inputs", input.map_or_else(|| json!({ "input": "" }), encode));
                    if kind != RunKind::Chain {
                        put("run_type", json!(kind.as_str()));
                    }
                    "chain_start"
                }
            }
        }
        (EventKind::Stream { chunk }, RunKind::ChatModel | RunKind::Llm) => {
            let (token, chunk) = token(chunk)?;
            put("token", token);
            put("chunk", chunk);
            "llm_new_token"
        }
        (EventKind::End { output, input }, _) => match kind {
            RunKind::ChatModel | RunKind::Llm => {
                put("response", encode(output));
                "llm_end"
            }
            RunKind::Tool => {
                put("output", encode(output));
                "tool_end"
            }
            RunKind::Retriever => {
                put("documents", encode(output));
                "retriever_end"
            }
            _ => {
                put("outputs", encode(output));
                if let Some(input) = input {
                    put("inputs", encode(input));
                }
                "chain_end"
            }
        },
        (EventKind::Error { error, output, input }, _) => {
            put("error", encode_error(error));
            match kind {
                RunKind::ChatModel | RunKind::Llm => {
                    put("response", output.as_ref().map(encode).unwrap_or_default());
                    "llm_error"
                }
                RunKind::Tool => "tool_error",
                RunKind::Retriever => "retriever_error",
                _ => {
                    if let Some(input) = input {
                        put("inputs", encode(input));
                    }
                    "chain_error"
                }
            }
        }
        (EventKind::Custom { name, data }, _) => {
            put("name", json!(name.as_str()));
            put("data", encode(data));
            "custom_event"
        }
        _ => return None,
    };
    Some((on, fields))
}

/// A token and its chunk, as `llm_new_token` gets them.
fn token(chunk: &Dynamic) -> Option<(Value, Value)> {
    use thalweg_core::output::{GeneratedMessage, Generation};
    match chunk {
        Dynamic::Generation(generation) => {
            let token = match &generation.message {
                Some(GeneratedMessage::Chunk(chunk)) => encode(&chunk.content().to_dynamic()),
                _ => json!(generation.text.as_str()),
            };
            Some((token, encode(chunk)))
        }
        Dynamic::Chunk(message) => {
            let token = encode(&message.content().to_dynamic());
            let last = message.as_ai().is_some_and(AiMessageChunk::is_last) && message.content().is_empty();
            let generation = Dynamic::from(Generation::from((**message).clone()));
            Some((if last { json!("") } else { token }, encode(&generation)))
        }
        _ => None,
    }
}

/// A recorder that is called directly.
pub(super) struct Sync(pub(super) Arc<Recorder>);

impl CallbackHandler for Sync {
    fn interest(&self) -> Interest {
        self.0.wants()
    }

    fn failure(&self) -> FailurePolicy {
        self.0.failure
    }

    fn on_event(&self, event: &Event) -> Handled {
        self.0.note(event)
    }
}

/// A recorder that is awaited.
pub(super) struct Async(pub(super) Arc<Recorder>);

impl AsyncCallbackHandler for Async {
    fn interest(&self) -> Interest {
        self.0.wants()
    }

    fn failure(&self) -> FailurePolicy {
        self.0.failure
    }

    async fn on_event(&self, event: &Event) -> Handled {
        self.0.note(event)
    }
}
