//! Nodes made of functions: lambdas and generators, and the bodies that tools share with them.

use std::borrow::Cow;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use futures_util::stream;
use serde_json::{Map as Json, Value};
use thalweg_core::run::RunKind;
use thalweg_core::value::Dynamic;
use thalweg_core::{
    Chain, ChunkStream, Context, Error, Result, Returned, Runnable, Streaming, generator, lambda,
    lambda_stream, lambda_with,
};

use super::build::{Builder, text};
use super::effect::{Effect, Node, Propagate, is_effect};
use super::failure::{Refusal, raise_described};
use super::pure::{Pure, arg, framework, pure};
use super::text::{to_text, words_of};
use super::transform::{is_transform, transform};

/// What a function does with a value.
pub(super) enum Body {
    Pure(Pure, Value),
    FailTimes(AtomicI64, Value),
    CountCalls(AtomicI64),
    Effect(Box<Effect>),
}

impl Body {
    /// The body of a node with `fn`, `args`, `child`, `propagate` and `child_config`.
    pub(super) fn new(builder: &mut Builder, node: &Json<String, Value>) -> Result<Self, Refusal> {
        let name = text(node, "fn")?;
        let args = node.get("args").cloned().unwrap_or(Value::Null);
        if name == "fail_times" {
            return Ok(Self::FailTimes(AtomicI64::new(0), args));
        }
        if name == "count_calls" {
            return Ok(Self::CountCalls(AtomicI64::new(0)));
        }
        if let Some(pure) = pure(name) {
            return Ok(Self::Pure(pure, args));
        }
        if !is_effect(name) {
            return Err(Refusal::Unknown(format!("function {name:?}")));
        }
        let propagate = match node.get("propagate").and_then(Value::as_str).unwrap_or("auto") {
            "auto" => Propagate::Auto,
            "explicit" => Propagate::Explicit,
            "callbacks" => Propagate::Callbacks,
            "none" => Propagate::Nothing,
            other => return Err(Refusal::Unknown(format!("propagation {other:?}"))),
        };
        let child = node.get("child").map(|child| builder.build(child)).transpose()?;
        let child_config = builder.config(node.get("child_config"))?;
        Ok(Self::Effect(Box::new(Effect {
            name: name.to_owned(),
            args,
            child,
            propagate,
            child_config,
            blocks: builder.is_async && is_blocking(node),
            itself: Arc::default(),
        })))
    }

    /// Where the function finds its own node, if it needs it.
    pub(super) fn itself(&self) -> Option<Arc<OnceLock<Node>>> {
        match self {
            Self::Effect(effect) => Some(Arc::clone(&effect.itself)),
            _ => None,
        }
    }

    /// Runs it.
    pub(super) async fn run(&self, x: Dynamic, context: Context) -> Result<Returned<Dynamic, Dynamic>> {
        match self {
            Self::Pure(pure, args) => Ok(Returned::Value(pure(x, args)?)),
            Self::FailTimes(calls, args) => {
                let n = arg(args, "n").as_i64().unwrap_or(0);
                if calls.fetch_add(1, Ordering::Relaxed) < n {
                    return Err(raise_described(args));
                }
                Ok(Returned::Value(x))
            }
            Self::CountCalls(calls) => {
                Ok(Returned::Value((calls.fetch_add(1, Ordering::Relaxed) + 1).into()))
            }
            Self::Effect(effect) => effect.run(x, context).await,
        }
    }
}

/// Whether a lambda's function is a synchronous one, whatever it is called by.
fn is_blocking(node: &Json<String, Value>) -> bool {
    let decorated = node.get("decorator").and_then(Value::as_bool).unwrap_or(false);
    match node.get("mode").and_then(Value::as_str).unwrap_or("both") {
        "sync" => true,
        "async" => false,
        _ => decorated,
    }
}

/// A lambda with an async function alone: it cannot be called synchronously.
struct AsyncOnly(Node);

impl AsyncOnly {
    fn open(&self, context: &Context) -> Result<&Node> {
        if context.compat().is_sync() { Err(framework("TypeError")) } else { Ok(&self.0) }
    }
}

impl Runnable<Dynamic> for AsyncOnly {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.0.name().to_string().into()
    }

    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: Dynamic, context: Context) -> Result<Dynamic> {
        self.open(&context)?.invoke_with(input, context).await
    }

    fn run_stream(self: Arc<Self>, input: Dynamic, context: Context) -> ChunkStream<Dynamic> {
        match self.open(&context) {
            Ok(chain) => chain.stream_with(input, context),
            Err(error) => ChunkStream::fail(error),
        }
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<Dynamic>, context: Context) -> ChunkStream<Dynamic> {
        match self.open(&context) {
            Ok(chain) => chain.transform_with(input, context),
            Err(error) => ChunkStream::fail(error),
        }
    }
}

/// A lambda whose synchronous function yields, in an async call: it can be invoked but not streamed.
struct Unstreamed {
    chain: Node,
    name: String,
}

impl Unstreamed {
    fn failing(&self) -> Node {
        lambda(|_: Dynamic| async { Err::<Dynamic, Error>(framework("TypeError")) }).named(self.name.as_str())
    }
}

impl Runnable<Dynamic> for Unstreamed {
    type Out = Dynamic;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn kind(&self) -> Option<RunKind> {
        None
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: Dynamic, context: Context) -> Result<Dynamic> {
        self.chain.invoke_with(input, context).await
    }

    fn run_stream(self: Arc<Self>, input: Dynamic, context: Context) -> ChunkStream<Dynamic> {
        let chain = if context.compat().is_sync() { self.chain.clone() } else { self.failing() };
        chain.stream_with(input, context)
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<Dynamic>, context: Context) -> ChunkStream<Dynamic> {
        let chain = if context.compat().is_sync() { self.chain.clone() } else { self.failing() };
        chain.transform_with(input, context)
    }
}

/// A lambda node.
pub(super) fn lambda_node(builder: &mut Builder, node: &Json<String, Value>) -> Result<Node, Refusal> {
    let function = text(node, "fn")?;
    let name = node.get("name").and_then(Value::as_str).unwrap_or(function).to_owned();
    let mode = node.get("mode").and_then(Value::as_str).unwrap_or("both");
    if mode == "async" && !builder.is_async {
        return Ok(super::build::refusing(&name, || framework("TypeError")));
    }
    let gate = |chain: Node| if mode == "async" { AsyncOnly(chain).into_chain() } else { chain };
    if function.starts_with("yield_") {
        return yielding(function, node, name, is_blocking(node) && builder.is_async).map(gate);
    }
    let body = Arc::new(Body::new(builder, node)?);
    let itself = body.itself();
    let chain = lambda_with(move |x: Dynamic, context: Context| {
        let body = Arc::clone(&body);
        async move { body.run(x, context).await }
    })
    .named(name);
    if let Some(itself) = itself {
        let _ = itself.set(chain.clone());
    }
    Ok(gate(chain))
}

/// A lambda whose function yields.
fn yielding(
    function: &str,
    node: &Json<String, Value>,
    name: String,
    cannot_stream: bool,
) -> Result<Node, Refusal> {
    let args = node.get("args").cloned().unwrap_or(Value::Null);
    let function = match function {
        "yield_words" | "yield_chars" | "yield_items" | "yield_values" => function.to_owned(),
        other => return Err(Refusal::Unknown(format!("function {other:?}"))),
    };
    let chain = lambda_stream(move |x: Dynamic| {
        let values: Result<Vec<Dynamic>> = match function.as_str() {
            "yield_words" => to_text(&x).map(|text| words_of(&text).into_iter().map(Dynamic::from).collect()),
            "yield_chars" => {
                to_text(&x).map(|text| text.chars().map(|c| Dynamic::from(c.to_string())).collect())
            }
            "yield_values" => Ok(elements(&arg(&args, "values")).unwrap_or_default()),
            _ => elements(&x).ok_or_else(|| framework("TypeError")),
        };
        match values {
            Ok(values) => stream::iter(values.into_iter().map(Ok).collect::<Vec<_>>()),
            Err(error) => stream::iter(vec![Err(error)]),
        }
    });
    Ok(if cannot_stream {
        Unstreamed { chain: chain.named(name.as_str()), name }.into_chain()
    } else {
        chain.named(name)
    })
}

/// What Python iterates over.
fn elements(x: &Dynamic) -> Option<Vec<Dynamic>> {
    match x {
        Dynamic::List(list) => Some(list.iter().cloned().collect()),
        Dynamic::Text(text) => Some(text.chars().map(|c| Dynamic::from(c.to_string())).collect()),
        Dynamic::Map(map) => Some(map.keys().cloned().map(Dynamic::Text).collect()),
        _ => None,
    }
}

/// A generator node.
pub(super) fn generator_node(builder: &mut Builder, node: &Json<String, Value>) -> Result<Node, Refusal> {
    let function = text(node, "fn")?.to_owned();
    if !is_transform(&function) {
        return Err(Refusal::Unknown(format!("generator {function:?}")));
    }
    let name = node.get("name").and_then(Value::as_str).unwrap_or(&function).to_owned();
    let args = node.get("args").cloned().unwrap_or(Value::Null);
    let child = node.get("child").map(|child| builder.build(child)).transpose()?;
    let chain: Chain<Dynamic, Dynamic> = generator(move |input: ChunkStream<Dynamic>| {
        transform(function.clone(), args.clone(), child.clone(), input)
    });
    Ok(chain.named(name))
}
