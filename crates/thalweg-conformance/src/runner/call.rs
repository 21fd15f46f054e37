//! Calls: a scenario's call is made, and what comes out of it is written down.

use futures_util::stream::{Stream, StreamExt};
use serde_json::{Map as Json, Value, json};
use thalweg_core::event::EventFilter;
use thalweg_core::model::{CallOptions, Chat, IntoPrompt};
use thalweg_core::value::{Dynamic, DynamicFold, Fold, Text};
use thalweg_core::view::V2Event;
use thalweg_core::{ChunkStream, Compat, Config, Context, IntoContext, Result as Run, passthrough};

use super::Mode;
use super::build::{Builder, text};
use super::decode::{decode, plain};
use super::effect::Node;
use super::encode::{encode, encode_map, encode_message, encode_patch, encode_protocol};
use super::failure::{Refusal, encode_error};
use super::pure::framework;

/// Runs a scenario.
pub(super) fn run(scenario: &Value, mode: Mode) -> Result<Value, Refusal> {
    let part = |key: &str| scenario.get(key).ok_or_else(|| Refusal::missing(key));
    let call = part("call")?.as_object().ok_or_else(|| Refusal::missing("call"))?;
    let method = text(call, "method")?;
    let mut builder = Builder::new(method.starts_with('a'));
    let (chat, chain) = if method.ends_with("stream_events_v3") {
        (Some(builder.bare_chat(part("spec")?)?), passthrough())
    } else {
        (None, builder.build(part("spec")?)?)
    };
    let input = part("input")?;
    let mut config = builder
        .config(call.get("config"))?
        .compat(Compat::from(mode == Mode::Compat).sync(!builder.is_async));
    for (i, handler) in call.get("handlers").and_then(Value::as_array).into_iter().flatten().enumerate() {
        config = builder.record(config, handler, format!("call{i}"));
    }
    let kwargs = call.get("kwargs").and_then(Value::as_object).map(plain).transpose()?.unwrap_or_default();
    let chain = if kwargs.is_empty() { chain } else { chain.bind(kwargs.clone()) };
    let chat = chat.map(|chat| (chat, kwargs.into()));
    let caller = Caller { chain, chat, call, config, out: Json::new() };
    let mut out = futures_executor::block_on(caller.make(
        method.strip_prefix('a').unwrap_or(method),
        input,
        &mut builder,
    ))?;
    if !builder.recorders.is_empty() {
        let handlers = builder.recorders.iter().map(|r| json!({ "label": r.label, "calls": r.calls() }));
        out.insert("handlers".to_owned(), handlers.collect());
    }
    let listened = builder.listened.lock().map(|listened| listened.clone()).unwrap_or_default();
    if !listened.is_empty() {
        out.insert("listeners".to_owned(), listened.into());
    }
    let histories = builder.histories.lock().map(|histories| histories.clone()).unwrap_or_default();
    if !histories.is_empty() {
        let histories = histories.into_iter().map(|(id, history)| (id, history.encoded()));
        out.insert("histories".to_owned(), Value::Object(histories.collect()));
    }
    Ok(Value::Object(out))
}

struct Caller<'a> {
    chain: Node,
    /// The chat model by itself and what it is asked, for calls that only chat models have.
    chat: Option<(Chat, CallOptions)>,
    call: &'a Json<String, Value>,
    config: Config,
    out: Json<String, Value>,
}

impl Caller<'_> {
    async fn make(
        mut self,
        method: &str,
        input: &Value,
        builder: &mut Builder,
    ) -> Result<Json<String, Value>, Refusal> {
        let result = match method {
            "invoke" => self.invoke(decode(input)?).await,
            "batch" | "batch_as_completed" | "btch" => self.batch(method, input, builder).await?,
            "stream" => {
                let stream = self.chain.stream_with(decode(input)?, &self.config);
                self.read(stream).await
            }
            "transform" => {
                let chunks = list(input)?;
                let stream = self.chain.transform_with(ChunkStream::from_chunks(chunks), &self.config);
                self.read(stream).await
            }
            "stream_events" if self.call.get("version").is_none_or(|version| version == "v2") => {
                self.events(decode(input)?).await
            }
            "stream_events_v3" => self.protocol(decode(input)?).await,
            "stream_log" => self.log(decode(input)?).await,
            other => return Err(Refusal::Unknown(format!("method {other:?}"))),
        };
        if let Err(error) = result {
            self.out.insert("error".to_owned(), encode_error(&error));
        }
        Ok(self.out)
    }

    async fn invoke(&mut self, input: Dynamic) -> Run<()> {
        let output = self.chain.invoke_with(input, &self.config).await?;
        self.out.insert("output".to_owned(), encode(&output));
        Ok(())
    }

    async fn batch(
        &mut self,
        method: &str,
        input: &Value,
        builder: &mut Builder,
    ) -> Result<Run<()>, Refusal> {
        let inputs = list(input)?;
        let keeps = self.call.get("return_exceptions").and_then(Value::as_bool).unwrap_or(false);
        let contexts: Vec<Context> = match self.call.get("configs").and_then(Value::as_array) {
            Some(configs) => {
                let compat = Compat::from(self.config.clone().into_context().is_compat());
                let compat = Config::new().compat(compat.sync(!builder.is_async));
                let configs = configs.iter().map(|config| builder.config(Some(config)));
                configs
                    .map(|config| Ok(config?.merge(compat.clone()).into_context()))
                    .collect::<Result<_, Refusal>>()?
            }
            None => Vec::new(),
        };
        let shared = self.call.get("configs").is_none();
        if !shared && !inputs.is_empty() && contexts.len() != inputs.len() {
            return Ok(Err(framework("ValueError")));
        }
        Ok(if method == "batch" {
            self.plain_batch(inputs, shared, contexts, keeps).await
        } else {
            self.completed_batch(inputs, shared, contexts, keeps).await
        })
    }

    async fn plain_batch(
        &mut self,
        inputs: Vec<Dynamic>,
        shared: bool,
        contexts: Vec<Context>,
        keeps: bool,
    ) -> Run<()> {
        let outputs = match (keeps, shared) {
            (true, true) => self.chain.batch_with(inputs, &self.config).await,
            (true, false) => self.chain.batch_with(inputs, contexts).await,
            (false, true) => {
                self.chain.try_batch_with(inputs, &self.config).await?.into_iter().map(Ok).collect()
            }
            (false, false) => {
                self.chain.try_batch_with(inputs, contexts).await?.into_iter().map(Ok).collect()
            }
        };
        let outputs = outputs.iter().map(|output| output.as_ref().map_or_else(encode_error, encode));
        self.out.insert("output".to_owned(), outputs.collect());
        Ok(())
    }

    async fn completed_batch(
        &mut self,
        inputs: Vec<Dynamic>,
        shared: bool,
        contexts: Vec<Context>,
        keeps: bool,
    ) -> Run<()> {
        let mut completed = if shared {
            self.chain.batch_as_completed_with(inputs, &self.config)
        } else {
            self.chain.batch_as_completed_with(inputs, contexts)
        };
        let mut outputs = Vec::new();
        while let Some((position, output)) = completed.next().await {
            match output {
                Ok(output) => outputs.push((position, encode(&output))),
                Err(error) if keeps => outputs.push((position, encode_error(&error))),
                Err(error) => return Err(error),
            }
        }
        outputs.sort_by_key(|(position, _)| *position);
        self.out
            .insert("output".to_owned(), outputs.into_iter().map(|(i, value)| json!([i, value])).collect());
        Ok(())
    }

    fn take(&self) -> usize {
        let take = self.call.get("take").and_then(Value::as_u64);
        take.and_then(|take| usize::try_from(take).ok()).unwrap_or(usize::MAX)
    }

    async fn read(&mut self, mut stream: impl Stream<Item = Run<Dynamic>> + Unpin) -> Run<()> {
        let (mut chunks, mut raw) = (Vec::new(), Vec::new());
        let mut result = Ok(());
        while let Some(chunk) = stream.next().await {
            match chunk {
                Ok(chunk) => {
                    chunks.push(encode(&chunk));
                    raw.push(chunk);
                }
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            if chunks.len() >= self.take() {
                break;
            }
        }
        drop(stream);
        self.out.insert("chunks".to_owned(), chunks.into());
        if let Some(sum) = self.call.get("sum").and_then(Value::as_u64)
            && !raw.is_empty()
            && result.is_ok()
        {
            let count = if sum == 0 { raw.len() } else { usize::try_from(sum).unwrap_or(usize::MAX) };
            let mut fold = DynamicFold::default();
            if !raw.iter().take(count).all(|chunk| fold.push(chunk)) {
                return Err(framework("TypeError"));
            }
            self.out.insert("output".to_owned(), encode(&fold.finish().unwrap_or_default()));
        }
        result
    }

    fn filter(&self) -> EventFilter {
        let mut filter = EventFilter::new();
        for (key, list) in self.call.get("filters").and_then(Value::as_object).into_iter().flatten() {
            let Some(list) = list.as_array() else { continue };
            let texts = list.iter().filter_map(Value::as_str);
            filter = match key.as_str() {
                "include_names" => filter.include_names(texts),
                "include_types" => filter.include_types(texts),
                "include_tags" => filter.include_tags(texts),
                "exclude_names" => filter.exclude_names(texts),
                "exclude_types" => filter.exclude_types(texts),
                "exclude_tags" => filter.exclude_tags(texts),
                _ => filter,
            };
        }
        filter
    }

    async fn events(&mut self, input: Dynamic) -> Run<()> {
        let mut stream = self.chain.stream_events_v2_with(input, &self.config, self.filter());
        let mut events = Vec::new();
        let mut result = Ok(());
        while let Some(event) = stream.next().await {
            match event {
                Ok(event) => events.push(show(&event)),
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            if events.len() >= self.take() {
                break;
            }
        }
        drop(stream);
        self.out.insert("events".to_owned(), events.into());
        result
    }

    async fn protocol(&mut self, input: Dynamic) -> Run<()> {
        let Some((chat, options)) = self.chat.take() else { return Ok(()) };
        let mut stream = chat.stream_protocol_asked(input.into_prompt()?, options, &self.config);
        let mut events = Vec::new();
        let mut result = Ok(());
        while let Some(event) = stream.next().await {
            match event {
                Ok(event) => events.push(encode_protocol(&event)?),
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
        }
        if let Some(message) = stream.message() {
            self.out.insert("output".to_owned(), encode_message(&message.clone().into()));
        }
        drop(stream);
        self.out.insert("protocol".to_owned(), events.into());
        result
    }

    async fn log(&mut self, input: Dynamic) -> Run<()> {
        let mut stream = self.chain.stream_log_with(input, &self.config, self.filter());
        let mut patches = Vec::new();
        let mut result = Ok(());
        while let Some(patch) = stream.next().await {
            match patch {
                Ok(patch) => patches.push(encode_patch(&patch)),
                Err(error) => {
                    result = Err(error);
                    break;
                }
            }
            if patches.len() >= self.take() {
                break;
            }
        }
        drop(stream);
        self.out.insert("log".to_owned(), patches.into());
        result
    }
}

fn list(input: &Value) -> Result<Vec<Dynamic>, Refusal> {
    input.as_array().ok_or_else(|| Refusal::missing("input"))?.iter().map(decode).collect()
}

fn show(event: &V2Event) -> Value {
    json!({
        "event": event.event.as_str(),
        "name": event.name.as_str(),
        "run_id": event.run_id.to_string(),
        "parent_ids": event.parent_ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tags": event.tags.iter().map(Text::as_str).collect::<Vec<_>>(),
        "metadata": encode_map(&event.metadata),
        "data": encode(&event.data),
    })
}
