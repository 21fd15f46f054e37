//! Scripted models, as scenarios describe them.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::{Map as Json, Value};
use thalweg_core::callback::Handlers;
use thalweg_core::model::{
    CallOptions, Chat, ChatModel, ChatPiece, ChatRequest, Llm, ModelParams, TextModel, TextRequest,
};
use thalweg_core::output::Generation;
use thalweg_core::value::{Dynamic, Map, Text};
use thalweg_core::{Chain, Context, Error, ErrorKind, Result, Runnable};

use super::decode::{ai_chunk, map};
use super::failure::{Refusal, raise_described};
use super::text::{to_text, words_of};

/// What a scripted model says, and who it says it is.
pub(super) struct Script {
    node: Json<String, Value>,
    default_class: &'static str,
    calls: Arc<AtomicUsize>,
    /// Replaced by a configured field: prefix, temperature and so on.
    fields: Map,
}

impl Script {
    pub(super) fn new(node: &Json<String, Value>, default_class: &'static str, fields: Map) -> Arc<Self> {
        Arc::new(Self { node: node.clone(), default_class, calls: Arc::default(), fields })
    }

    /// The same script with other fields; both count their calls together.
    pub(super) fn with_fields(&self, fields: Map) -> Arc<Self> {
        Arc::new(Self {
            node: self.node.clone(),
            default_class: self.default_class,
            calls: Arc::clone(&self.calls),
            fields,
        })
    }

    fn field(&self, key: &str) -> Option<Dynamic> {
        let own = || self.node.get(key).and_then(|value| super::decode::decode(value).ok());
        self.fields.get(key).cloned().or_else(own).filter(|value| !value.is_null())
    }

    fn text(&self, key: &str, default: &str) -> String {
        self.field(key)
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_else(|| default.to_owned())
    }

    fn flag(&self, key: &str, default: bool) -> bool {
        self.field(key).and_then(|value| value.as_bool()).unwrap_or(default)
    }

    fn class(&self) -> Cow<'_, str> {
        self.node.get("class").and_then(Value::as_str).unwrap_or(self.default_class).into()
    }

    fn params(&self, options: &CallOptions, chat: bool) -> ModelParams {
        let bound = |key| options.get(key).filter(|value| chat && !value.is_null()).cloned();
        let own_name = self.text("model_name", "scripted-1");
        let name = bound("model").and_then(|name| name.as_str().map(str::to_owned)).unwrap_or(own_name);
        let mut params = ModelParams::new(self.text("provider", "scripted"), name);
        if chat {
            for (key, shown) in [("temperature", "ls_temperature"), ("max_tokens", "ls_max_tokens")] {
                let own = || match (key, self.field(key)) {
                    ("temperature", Some(Dynamic::Int(n))) => Dynamic::Int(n).as_f64().map(Dynamic::Float),
                    (_, value) => value,
                };
                let value = if options.get(key).is_some() { bound(key) } else { own() };
                if let Some(value) = value {
                    params = params.with(shown, value);
                }
            }
        }
        params
    }

    /// The chunks of the next call, as the scenario writes them, and where it fails.
    fn pieces(&self, prompt: &str, stop: &[String]) -> Vec<Result<Json<String, Value>>> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let chunks = self.response(prompt, call);
        let prefix = self.text("prefix", "");
        let (mut so_far, mut first, mut out) = (prefix.clone(), true, Vec::new());
        for chunk in chunks {
            let chunk = match chunk {
                Value::Object(object) => object,
                text => [("content".to_owned(), text)].into_iter().collect(),
            };
            let repeat = chunk.get("repeat").and_then(Value::as_u64);
            for i in 0..repeat.unwrap_or(1) {
                let mut piece = chunk.clone();
                piece.remove("repeat");
                if let Some(error) = piece.get("error") {
                    out.push(Err(raise_described(error)));
                    return out;
                }
                let content = match piece.get("content") {
                    None => Some(String::new()),
                    Some(Value::String(text)) => Some(text.clone()),
                    Some(_) => None,
                };
                if let Some(mut content) = content {
                    if repeat.is_some() {
                        content = content.replace("{i}", &i.to_string());
                    }
                    if first && !prefix.is_empty() {
                        content = format!("{prefix}{content}");
                        so_far.clear();
                    }
                    let whole = format!("{so_far}{content}");
                    if let Some(cut) = stop.iter().filter_map(|stop| whole.find(stop.as_str())).min() {
                        let kept = content.get(..cut.saturating_sub(so_far.len())).unwrap_or_default();
                        piece.insert("content".to_owned(), kept.into());
                        out.push(Ok(piece));
                        return out;
                    }
                    so_far = whole;
                    piece.insert("content".to_owned(), content.into());
                }
                first = false;
                out.push(Ok(piece));
            }
        }
        out
    }

    fn response(&self, prompt: &str, call: usize) -> Vec<Value> {
        let list = |key| self.node.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let responses = list("responses");
        let chunks = |response: Option<&Value>| {
            response
                .and_then(|response| response.get("chunks"))
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        match self.node.get("respond").and_then(Value::as_str).unwrap_or("cycle") {
            "echo" => words_of(prompt).into_iter().map(Value::from).collect(),
            "match" => {
                let found = list("match").iter().find(|entry| {
                    entry.get("contains").and_then(Value::as_str).is_some_and(|text| prompt.contains(text))
                });
                let index = found.and_then(|entry| entry.get("response")).and_then(Value::as_u64);
                match index {
                    Some(index) => chunks(responses.get(usize::try_from(index).unwrap_or(usize::MAX))),
                    None => chunks(responses.last()),
                }
            }
            _ => chunks(responses.get(call % responses.len().max(1))),
        }
    }
}

fn stops(options: &CallOptions) -> Vec<String> {
    options.stop_sequences().map(str::to_owned).collect()
}

fn refused(refusal: Refusal) -> Error {
    let (Refusal::Unknown(why) | Refusal::Unusable(why)) = refusal;
    Error::other(why)
}

/// A scripted chat model.
pub(super) struct ScriptedChat(pub(super) Arc<Script>);

impl ChatModel for ScriptedChat {
    fn name(&self) -> Cow<'_, str> {
        self.0.class()
    }

    fn params(&self, options: &CallOptions) -> ModelParams {
        self.0.params(options, true)
    }

    fn streams(&self) -> bool {
        self.0.flag("streams", true)
    }

    fn stream(self: Arc<Self>, request: ChatRequest) -> BoxStream<'static, Result<ChatPiece>> {
        let last = request
            .messages
            .last()
            .and_then(|message| to_text(&message.content().to_dynamic()).ok())
            .unwrap_or_default();
        let pieces = self.0.pieces(&last, &stops(&request.options));
        let mut shown = Map::new();
        if self.0.flag("echo_kwargs", false) {
            for (key, value) in request.options.as_map().iter().filter(|(key, _)| key.as_str() != "stop") {
                shown.insert(key.clone(), value.clone());
            }
        }
        let mut shown = (!shown.is_empty()).then_some(shown);
        stream::iter(pieces)
            .map(move |piece| {
                let piece = piece?;
                let mut message = ai_chunk(&piece).map_err(refused)?;
                if let Some(shown) = shown.take() {
                    message.response_metadata_mut().insert("kwargs", shown);
                }
                let generation_info = map(&piece, "generation_info").map_err(refused)?;
                Ok(ChatPiece { message, generation_info })
            })
            .boxed()
    }
}

/// A scripted text model.
pub(super) struct ScriptedText(pub(super) Arc<Script>);

impl TextModel for ScriptedText {
    fn name(&self) -> Cow<'_, str> {
        self.0.class()
    }

    fn params(&self, options: &CallOptions) -> ModelParams {
        self.0.params(options, false)
    }

    fn streams(&self) -> bool {
        self.0.flag("streams", true)
    }

    fn stream(self: Arc<Self>, request: TextRequest) -> BoxStream<'static, Result<Generation>> {
        let pieces = self.0.pieces(&request.prompt, &stops(&request.options));
        stream::iter(pieces)
            .map(|piece| {
                let piece = piece?;
                let text = piece.get("content").and_then(Value::as_str).unwrap_or_default();
                let info = map(&piece, "generation_info").map_err(refused)?;
                Ok(Generation::chunk(Text::from(text)).with_generation_info(info))
            })
            .boxed()
    }
}

/// The node of a scripted model, whose fields can be set.
#[derive(Clone)]
pub(super) struct ScriptedNode {
    pub(super) script: Arc<Script>,
    pub(super) is_chat: bool,
    pub(super) fields: Map,
    pub(super) tags: Vec<String>,
    pub(super) metadata: Map,
    pub(super) handlers: Handlers,
}

impl ScriptedNode {
    /// Sets a field, if the value is of its type.
    pub(super) fn set(&mut self, field: &str, value: &Dynamic) -> Result<()> {
        let fits = match field {
            "model_name" | "prefix" | "provider" => value.as_str().is_some(),
            "temperature" => value.as_f64().is_some() || value.is_null(),
            "max_tokens" => value.as_i64().is_some() || value.is_null(),
            _ => true,
        };
        if !fits {
            return Err(Error::new(ErrorKind::Validation, "the value does not fit the field"));
        }
        let value = match (field, value) {
            ("temperature", Dynamic::Int(_)) => value.as_f64().map_or(Dynamic::Null, Dynamic::Float),
            _ => value.clone(),
        };
        self.fields.insert(field.to_owned(), value);
        Ok(())
    }

    /// The model as a chain.
    pub(super) fn into_chain(self) -> Chain<Dynamic, Dynamic> {
        if self.is_chat {
            Runnable::<Dynamic>::into_chain(self.into_chat()).into_dynamic_output()
        } else {
            let script = self.script.with_fields(self.fields);
            let metadata = self.metadata.into_iter();
            let llm = Llm::new(ScriptedText(script)).with_tags(self.tags).with_handlers(&self.handlers);
            let llm = metadata.fold(llm, |llm, (key, value)| llm.with_metadata(key, value));
            Runnable::<Dynamic>::into_chain(llm).into_dynamic_output()
        }
    }

    /// The chat model by itself.
    pub(super) fn into_chat(self) -> Chat {
        let script = self.script.with_fields(self.fields);
        let whole = script.flag("disable_streaming", false);
        let chat = Chat::new(ScriptedChat(script)).with_tags(self.tags).with_handlers(&self.handlers);
        let chat = if whole { chat.disable_streaming() } else { chat };
        self.metadata.into_iter().fold(chat, |chat, (key, value)| chat.with_metadata(key, value))
    }
}

impl Runnable<Dynamic> for ScriptedNode {
    type Out = Dynamic;

    async fn run(&self, input: Dynamic, context: Context) -> Result<Dynamic> {
        self.clone().into_chain().invoke_with(input, context).await
    }

    fn into_chain(self) -> Chain<Dynamic, Dynamic> {
        Self::into_chain(self)
    }
}
