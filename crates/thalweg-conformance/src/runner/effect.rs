//! The format's functions that call other runnables or dispatch events.

use std::sync::{Arc, OnceLock};

use futures_util::stream::StreamExt;
use serde_json::Value;
use thalweg_core::callback::{adispatch_custom_event, adispatch_custom_event_in};
use thalweg_core::value::{Dynamic, List, Map, Text};
use thalweg_core::{Chain, Compat, Config, Context, Error, IntoContext, Result, Returned};

use super::failure::{class_of, raise_described};
use super::pure::{arg, reverse, text_arg};
use super::text::to_text;

pub(super) type Node = Chain<Dynamic, Dynamic>;

/// How a function's child gets its configuration.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Propagate {
    Auto,
    Explicit,
    Callbacks,
    Nothing,
}

/// A function with effects, and all it needs.
pub(super) struct Effect {
    pub(super) name: String,
    pub(super) args: Value,
    pub(super) child: Option<Node>,
    pub(super) propagate: Propagate,
    pub(super) child_config: Config,
    /// Whether the function is a synchronous one in an async call, so that it calls its child that way.
    pub(super) blocks: bool,
    /// The function's own node, for those that return it.
    pub(super) itself: Arc<OnceLock<Node>>,
}

/// The names of all functions with effects.
pub(super) fn is_effect(name: &str) -> bool {
    matches!(
        name,
        "invoke_child"
            | "invoke_child_twice"
            | "invoke_child_doubled"
            | "invoke_child_each"
            | "batch_child"
            | "stream_child"
            | "join_child_stream"
            | "catch_child"
            | "emit"
            | "emit_then_raise"
            | "emit_around_child"
            | "return_child"
            | "countdown"
            | "forever"
            | "show_config"
    )
}

impl Effect {
    /// Where the child is called: in the running context, in the one that was passed, or nowhere.
    fn place(&self, context: &Context) -> Context {
        let place = match self.propagate {
            Propagate::Auto | Propagate::Callbacks => self.child_config.clone().into_context(),
            // Outside a run there is nothing to inherit but the configuration itself, whose keys are replaced.
            Propagate::Explicit if context.run().is_none() && !context.is_compat() => {
                context.replacing(&self.child_config)
            }
            Propagate::Explicit => context.with_config(&self.child_config),
            Propagate::Nothing => detached(context).with_config(&self.child_config),
        };
        // Saying nothing else, this leaves the place as it is.
        if self.blocks { place.with_config(&Config::new().compat(Compat::new().sync(true))) } else { place }
    }

    fn child(&self) -> Result<&Node> {
        self.child.as_ref().ok_or_else(|| Error::other("the function has no child"))
    }

    async fn invoke(&self, x: Dynamic, context: &Context) -> Result<Dynamic> {
        let place = self.place(context);
        if self.propagate == Propagate::Nothing {
            let outside = detached(context);
            return outside.scope(self.child()?.invoke_with(x, place)).await;
        }
        self.child()?.invoke_with(x, place).await
    }

    async fn chunks(&self, x: Dynamic, context: &Context) -> Result<Vec<Dynamic>> {
        let place = self.place(context);
        let stream = self.child()?.stream_with(x, place);
        let read = async move {
            let mut stream = stream;
            let mut chunks = Vec::new();
            while let Some(chunk) = stream.next().await {
                chunks.push(chunk?);
            }
            Ok(chunks)
        };
        if self.propagate == Propagate::Nothing { detached(context).scope(read).await } else { read.await }
    }

    async fn emit(&self, x: &Dynamic, context: &Context) -> Result<()> {
        for event in self.args.get("events").and_then(Value::as_array).into_iter().flatten() {
            let name = event.get("name").and_then(Value::as_str).unwrap_or_default();
            let data =
                event.get("data").and_then(|data| super::decode::decode(data).ok()).unwrap_or_default();
            self.dispatch(name, fill(&data, x)?, context).await?;
        }
        Ok(())
    }

    async fn dispatch(&self, name: &str, data: Dynamic, context: &Context) -> Result<()> {
        if self.propagate == Propagate::Explicit {
            adispatch_custom_event_in(&self.place(context), name.to_owned(), data).await
        } else {
            adispatch_custom_event(name.to_owned(), data).await
        }
    }

    /// Runs the function.
    pub(super) async fn run(&self, x: Dynamic, context: Context) -> Result<Returned<Dynamic, Dynamic>> {
        let value = match self.name.as_str() {
            "invoke_child" => self.invoke(x, &context).await?,
            "invoke_child_twice" => {
                let one = self.invoke(x.clone(), &context).await?;
                vec![one, self.invoke(x, &context).await?].into()
            }
            "invoke_child_doubled" => to_text(&self.invoke(x, &context).await?)?.repeat(2).into(),
            "invoke_child_each" => {
                let mut outputs = Vec::new();
                for item in x.as_list().into_iter().flat_map(List::iter) {
                    outputs.push(self.invoke(item.clone(), &context).await?);
                }
                outputs.into()
            }
            "batch_child" => {
                let inputs: Vec<Dynamic> =
                    x.as_list().into_iter().flat_map(|list| list.iter().cloned()).collect();
                let outputs = self.child()?.try_batch_with(inputs, self.place(&context));
                if self.propagate == Propagate::Nothing {
                    detached(&context).scope(outputs).await?.into()
                } else {
                    outputs.await?.into()
                }
            }
            "stream_child" => self.chunks(x, &context).await?.into(),
            "join_child_stream" => {
                let texts =
                    self.chunks(x, &context).await?.iter().map(to_text).collect::<Result<Vec<_>>>()?;
                texts.join(&text_arg(&self.args, "sep")).into()
            }
            "catch_child" => match self.invoke(x, &context).await {
                Ok(output) => output,
                Err(error) => {
                    let prefix = self.args.get("prefix").and_then(Value::as_str).unwrap_or("caught: ");
                    format!("{prefix}{}", class_of(&error)).into()
                }
            },
            "emit" => {
                self.emit(&x, &context).await?;
                x
            }
            "emit_then_raise" => {
                self.emit(&x, &context).await?;
                return Err(raise_described(&self.args));
            }
            "emit_around_child" => {
                self.dispatch(&text_arg(&self.args, "before"), x.clone(), &context).await?;
                let output = self.invoke(x, &context).await?;
                self.dispatch(&text_arg(&self.args, "after"), output.clone(), &context).await?;
                output
            }
            "return_child" => return Ok(Returned::Chain(self.child()?.clone())),
            "countdown" => {
                if x.as_f64().is_none_or(|x| x <= 0.0) {
                    match arg(&self.args, "result") {
                        Dynamic::Null => "done".into(),
                        result => result,
                    }
                } else {
                    let minus_one = Chain::new(|x: Dynamic| match x {
                        Dynamic::Int(n) => Dynamic::Int(n - 1),
                        Dynamic::Float(n) => Dynamic::Float(n - 1.0),
                        other => other,
                    })
                    .named("minus_one");
                    return Ok(Returned::Chain(minus_one | self.itself()?));
                }
            }
            "forever" => return Ok(Returned::Chain(self.itself()?)),
            "show_config" => show_config(&context),
            other => return Err(Error::other(format!("unknown function {other}"))),
        };
        Ok(Returned::Value(value))
    }

    fn itself(&self) -> Result<Node> {
        self.itself.get().cloned().ok_or_else(|| Error::other("the function is not built yet"))
    }
}

/// A context without any connection, but with the same mode.
fn detached(context: &Context) -> Context {
    Context::root().with_config(&Config::new().compat(context.compat()))
}

/// Data with the input put in where it asks for it.
fn fill(data: &Dynamic, x: &Dynamic) -> Result<Dynamic> {
    Ok(match data {
        Dynamic::Map(map) => {
            let asks = |key: &str| map.get(key).and_then(Dynamic::as_bool) == Some(true);
            if asks("$input") {
                x.clone()
            } else if asks("$text") {
                to_text(x)?.into()
            } else if asks("$reversed") {
                reverse(x)?
            } else {
                let filled: Result<Map> =
                    map.iter().map(|(key, value)| Ok((key.clone(), fill(value, x)?))).collect();
                filled?.into()
            }
        }
        Dynamic::List(list) => Dynamic::List(list.iter().map(|value| fill(value, x)).collect::<Result<_>>()?),
        other => other.clone(),
    })
}

fn show_config(context: &Context) -> Dynamic {
    let mut shown = Map::new();
    shown.insert("tags", context.tags().iter().cloned().map(Dynamic::Text).collect::<Vec<_>>());
    shown.insert("metadata", context.metadata().clone());
    shown.insert("configurable", context.configurable().clone());
    shown.insert("recursion_limit", context.recursion_limit());
    if let Some(limit) = context.max_concurrency() {
        shown.insert(Text::from("max_concurrency"), limit);
    }
    if let Some(name) = context.run_name() {
        shown.insert(Text::from("run_name"), name.clone());
    }
    shown.into()
}
