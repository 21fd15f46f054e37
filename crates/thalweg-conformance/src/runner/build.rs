//! Nodes: the chain of a scenario, out of Thalweg's parts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Map as Json, Value};
use thalweg_core::callback::Handlers;
use thalweg_core::model::Chat;
use thalweg_core::runnable::{Assign, Branch, Parallel, Router, passthrough, pick, pick_keys};
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{Chain, Compat, Config, Configurable, Context, Error, Runnable};

use super::decode::{decode, plain};
use super::effect::Node;
use super::failure::Refusal;
use super::history::Kept;
use super::model::{Script, ScriptedNode};
use super::normal::{IDLE, normal, piped};
use super::observe::{Async, Recorder, Sync};
use super::{component, compose, function, history, prompts};

/// Builds nodes, in the order in which they are written, and keeps what has to be reported.
pub(super) struct Builder {
    /// Whether the scenario uses the async API.
    pub(super) is_async: bool,
    pub(super) recorders: Vec<Arc<Recorder>>,
    pub(super) listened: Arc<Mutex<Vec<Value>>>,
    pub(super) histories: Arc<Mutex<BTreeMap<String, Kept>>>,
}

pub(super) type Object = Json<String, Value>;

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// A text that a node must have.
pub(super) fn text<'a>(node: &'a Object, key: &str) -> Result<&'a str, Refusal> {
    node.get(key).and_then(Value::as_str).ok_or_else(|| Refusal::missing(key))
}

/// A node that fails before any run starts.
pub(super) fn refusing(name: &str, error: impl Fn() -> Error + Send + std::marker::Sync + 'static) -> Node {
    Refusing { name: name.to_owned(), error }.into_chain()
}

struct Refusing<F> {
    name: String,
    error: F,
}

impl<F: Fn() -> Error + Send + std::marker::Sync + 'static> Runnable<Dynamic> for Refusing<F> {
    type Out = Dynamic;

    fn name(&self) -> std::borrow::Cow<'_, str> {
        self.name.as_str().into()
    }

    fn kind(&self) -> Option<thalweg_core::run::RunKind> {
        None
    }

    fn streaming(&self) -> thalweg_core::Streaming {
        thalweg_core::Streaming::Through
    }

    async fn run(&self, _input: Dynamic, _context: Context) -> thalweg_core::Result<Dynamic> {
        Err((self.error)())
    }

    fn run_transform(
        self: Arc<Self>,
        _input: thalweg_core::ChunkStream<Dynamic>,
        _context: Context,
    ) -> thalweg_core::ChunkStream<Dynamic> {
        thalweg_core::ChunkStream::fail((self.error)())
    }
}

impl Builder {
    pub(super) fn new(is_async: bool) -> Self {
        Self { is_async, recorders: Vec::new(), listened: Arc::default(), histories: Arc::default() }
    }

    /// Adds a recording handler to a configuration.
    pub(super) fn record(&mut self, config: Config, spec: &Value, label: String) -> Config {
        let (recorder, is_async) = Recorder::new(spec, label, self.is_async);
        self.recorders.push(Arc::clone(&recorder));
        if is_async { config.async_handler(Async(recorder)) } else { config.handler(Sync(recorder)) }
    }

    /// A configuration as the format writes it.
    pub(super) fn config(&mut self, spec: Option<&Value>) -> Result<Config, Refusal> {
        let mut config = Config::new();
        let Some(spec) = spec.and_then(Value::as_object) else { return Ok(config) };
        for handler in spec.get(IDLE).and_then(Value::as_array).into_iter().flatten() {
            let label = format!("node{}", self.recorders.len());
            let _ = self.record(Config::new(), handler, label);
        }
        for (key, value) in spec {
            config = match key.as_str() {
                IDLE => config,
                "tags" if is_empty(value) => config.compat(Compat::new().no_tags()),
                "metadata" if is_empty(value) => config.compat(Compat::new().no_metadata()),
                "configurable" if is_empty(value) => config.compat(Compat::new().no_configurable()),
                "tags" => config.tags(value.as_array().into_iter().flatten().filter_map(Value::as_str)),
                "metadata" => {
                    let entries = plain(value.as_object().ok_or_else(|| Refusal::missing("metadata"))?)?;
                    entries.into_iter().fold(config, |config, (key, value)| config.metadata(key, value))
                }
                "run_name" => config.run_name(value.as_str().unwrap_or_default()),
                "run_id" => match value.as_str().map(str::parse) {
                    Some(Ok(id)) => config.run_id(id),
                    _ => return Err(Refusal::missing("run_id")),
                },
                "configurable" => {
                    let entries = plain(value.as_object().ok_or_else(|| Refusal::missing("configurable"))?)?;
                    entries.into_iter().fold(config, |config, (key, value)| config.configurable(key, value))
                }
                "recursion_limit" => match value.as_u64().and_then(|n| u32::try_from(n).ok()) {
                    Some(limit) => config.recursion_limit(limit),
                    None => config,
                },
                "max_concurrency" => match value.as_u64().and_then(|n| usize::try_from(n).ok()) {
                    Some(limit) => config.max_concurrency(limit),
                    None => config,
                },
                "handlers" => {
                    let mut config = config;
                    for handler in value.as_array().into_iter().flatten() {
                        let label = format!("node{}", self.recorders.len());
                        config = self.record(config, handler, label);
                    }
                    config
                }
                other => config.configurable(other, decode(value)?),
            };
        }
        Ok(config)
    }

    /// The chain of a node.
    pub(super) fn build(&mut self, node: &Value) -> Result<Node, Refusal> {
        let node = node.as_object().ok_or_else(|| Refusal::missing("a node"))?;
        let written = normal(node.clone());
        let node = &written;
        let chain = self.bare(node)?;
        match node.get("config").filter(|config| config.as_object().is_some_and(|config| !config.is_empty()))
        {
            Some(config) => {
                let mut config = self.config(Some(config))?;
                if text(node, "kind")?.starts_with("configurable") {
                    // Their configuration is a complete one: what it does not say is empty.
                    config = config.compat(Compat::new().no_tags().no_metadata().no_configurable());
                }
                Ok(chain.with_config(config))
            }
            None => Ok(chain),
        }
    }

    pub(super) fn bound(&mut self, node: &Object) -> Result<Node, Refusal> {
        self.build(node.get("bound").ok_or_else(|| Refusal::missing("bound"))?)
    }

    fn bare(&mut self, node: &Object) -> Result<Node, Refusal> {
        Ok(match text(node, "kind")? {
            "lambda" => function::lambda_node(self, node)?,
            "generator" => function::generator_node(self, node)?,
            "chat_model" | "llm" => self.chat_model(node)?.into_chain(),
            "bind" => {
                let kwargs = node
                    .get("kwargs")
                    .and_then(Value::as_object)
                    .ok_or_else(|| Refusal::missing("kwargs"))?;
                self.bound(node)?.bind(plain(kwargs)?)
            }
            "bind_tools" => {
                let bound = self.bound(node)?;
                let mut options = Map::new();
                options.insert("tools", decode(node.get("tools").unwrap_or(&Value::Null))?);
                for (key, value) in node.get("kwargs").and_then(Value::as_object).into_iter().flatten() {
                    options.insert(key.as_str(), decode(value)?);
                }
                bound.bind(options)
            }
            "configurable_fields" => self.fields(node)?,
            "configurable_alternatives" => {
                let default_key = node.get("default_key").and_then(Value::as_str).unwrap_or("default");
                let mut alternatives =
                    self.bound(node)?.configurable_alternatives(text(node, "which")?, default_key);
                for (key, other) in node.get("alternatives").and_then(Value::as_object).into_iter().flatten()
                {
                    alternatives = alternatives.alternative(key.as_str(), self.build(other)?);
                }
                if node.get("prefix_keys").and_then(Value::as_bool).unwrap_or(false) {
                    alternatives = alternatives.prefix_keys();
                }
                alternatives.into_chain()
            }
            "sequence" => self.sequence(node)?,
            "parallel" => self.parallel(node)?.into_chain().into_dynamic_output(),
            "passthrough" => passthrough::<Dynamic>(),
            "assign" => {
                let steps = self.steps(node)?;
                steps
                    .into_iter()
                    .fold(Assign::new(), |assign, (key, step)| assign.key(key, step))
                    .into_chain()
            }
            "pick" => match node.get("keys") {
                Some(Value::String(key)) => Runnable::<Dynamic>::into_chain(pick(key.as_str())),
                Some(Value::Array(keys)) => {
                    Runnable::<Dynamic>::into_chain(pick_keys(keys.iter().filter_map(Value::as_str)))
                }
                _ => return Err(Refusal::missing("keys")),
            },
            "branch" => {
                let mut branch = Branch::new();
                for pair in node.get("branches").and_then(Value::as_array).into_iter().flatten() {
                    let (Some(condition), Some(then)) = (pair.get(0), pair.get(1)) else {
                        return Err(Refusal::missing("branches"));
                    };
                    let condition = self.build(condition)?;
                    branch = branch.when(condition, self.build(then)?);
                }
                branch.otherwise(self.build(node.get("default").ok_or_else(|| Refusal::missing("default"))?)?)
            }
            "each" => self.bound(node)?.each_dynamic(),
            "router" => {
                let mut router = Router::new();
                for (key, route) in node.get("routes").and_then(Value::as_object).into_iter().flatten() {
                    router = router.route(key.as_str(), self.build(route)?);
                }
                Runnable::<Dynamic>::into_chain(router)
            }
            "message_history" => history::history(self, node)?,
            "retry" => compose::retry(self, node)?,
            "fallbacks" => compose::fallbacks(self, node)?,
            "listeners" => compose::listeners(self, node)?,
            "tool" => component::tool(self, node)?,
            "retriever" => component::retriever(node)?,
            "structured_output" => component::structured_output(self, node)?,
            "prompt" => prompts::string(node)?,
            "chat_prompt" => prompts::chat(node)?,
            "few_shot_prompt" => prompts::few_shot(node)?,
            other => match component::parser(other, node)? {
                Some(parser) => parser,
                None => return Err(Refusal::Unknown(format!("node kind {other:?}"))),
            },
        })
    }

    /// A chat model without anything around it.
    pub(super) fn bare_chat(&mut self, spec: &Value) -> Result<Chat, Refusal> {
        let node = spec.as_object().ok_or_else(|| Refusal::missing("spec"))?;
        if text(node, "kind")? != "chat_model" || node.contains_key("config") {
            return Err(Refusal::Unknown("the protocol's events of this node".to_owned()));
        }
        Ok(self.chat_model(node)?.into_chat())
    }

    fn chat_model(&mut self, node: &Object) -> Result<ScriptedNode, Refusal> {
        let tags = node.get("tags").and_then(Value::as_array).into_iter().flatten();
        let tags = tags.filter_map(Value::as_str).map(str::to_owned).collect();
        let metadata =
            node.get("metadata").and_then(Value::as_object).map_or_else(|| Ok(Map::new()), plain)?;
        let mut handlers = Handlers::new();
        for handler in node.get("handlers").and_then(Value::as_array).into_iter().flatten() {
            let label = format!("node{}", self.recorders.len());
            let (recorder, is_async) = Recorder::new(handler, label, self.is_async);
            self.recorders.push(Arc::clone(&recorder));
            handlers = if is_async {
                handlers.async_handler(Async(recorder))
            } else {
                handlers.handler(Sync(recorder))
            };
        }
        let is_chat = node.get("kind").and_then(Value::as_str) == Some("chat_model");
        let script = Script::new(node, if is_chat { "ScriptedChat" } else { "ScriptedLLM" }, Map::new());
        Ok(ScriptedNode { script, is_chat, fields: Map::new(), tags, metadata, handlers })
    }

    fn fields(&mut self, node: &Object) -> Result<Node, Refusal> {
        let bound = node.get("bound").and_then(Value::as_object).ok_or_else(|| Refusal::missing("bound"))?;
        if !matches!(text(bound, "kind")?, "chat_model" | "llm") || bound.contains_key("config") {
            return Err(Refusal::Unknown("configurable fields of this node".to_owned()));
        }
        let mut configurable = Configurable::new(self.chat_model(bound)?);
        for (field, spec) in node.get("fields").and_then(Value::as_object).into_iter().flatten() {
            let id = spec.get("id").and_then(Value::as_str).ok_or_else(|| Refusal::missing("id"))?;
            let field = field.clone();
            configurable = configurable
                .field(id, move |model: &mut ScriptedNode, value: &Dynamic| model.set(&field, value));
        }
        Ok(configurable.into_chain::<Dynamic>().into_dynamic_output())
    }

    fn steps(&mut self, node: &Object) -> Result<Vec<(String, Node)>, Refusal> {
        let steps = node.get("steps").and_then(Value::as_object).ok_or_else(|| Refusal::missing("steps"))?;
        steps.iter().map(|(key, step)| Ok((key.clone(), self.build(step)?))).collect()
    }

    fn parallel(&mut self, node: &Object) -> Result<Parallel<Dynamic>, Refusal> {
        let steps = self.steps(node)?;
        Ok(steps.into_iter().fold(Parallel::new(), |parallel, (key, step)| parallel.branch(key, step)))
    }

    fn sequence(&mut self, node: &Object) -> Result<Node, Refusal> {
        let (steps, name) = piped(node);
        let mut steps = steps.iter().map(|step| self.build(step)).collect::<Result<Vec<_>, _>>()?.into_iter();
        let first: Node = steps.next().ok_or_else(|| Refusal::missing("steps"))?;
        let chain = steps.fold(first, Chain::then);
        Ok(match name {
            Some(name) => chain.named(name),
            None => chain,
        })
    }
}
