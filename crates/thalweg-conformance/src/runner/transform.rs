//! The format's functions over streams.

use std::collections::HashSet;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::Value;
use thalweg_core::callback::adispatch_custom_event;
use thalweg_core::value::{Dynamic, Map};
use thalweg_core::{ChunkStream, Error, Result};

use super::effect::Node;
use super::failure::raise_described;
use super::pure::{arg, framework, text_arg};
use super::text::to_text;

/// What a transform remembers between chunks.
struct State {
    name: String,
    args: Value,
    child: Option<Node>,
    count: usize,
    text: String,
    list: Vec<Dynamic>,
    seen: HashSet<String>,
}

/// What a transform gives for a chunk, and whether it stops.
type Given = Result<(Vec<Dynamic>, bool)>;

/// Whether the name is one of the transforms.
pub(super) fn is_transform(name: &str) -> bool {
    matches!(
        name,
        "upper_each"
            | "pass_each"
            | "affix_each"
            | "duplicate_each"
            | "length_each"
            | "number_each"
            | "split_words"
            | "buffer_all"
            | "collect"
            | "count"
            | "swallow"
            | "take"
            | "raise_after"
            | "raise_at_end"
            | "emit_each"
            | "invoke_child_each"
            | "values"
            | "extract_country_names_streaming"
    )
}

/// The transform's stream over a stream.
pub(super) fn transform(
    name: String,
    args: Value,
    child: Option<Node>,
    input: ChunkStream<Dynamic>,
) -> impl Stream<Item = Result<Dynamic>> + Send + 'static {
    let state =
        State { name, args, child, count: 0, text: String::new(), list: Vec::new(), seen: HashSet::new() };
    // The input stays here until the transform itself is dropped, as a generator's does.
    stream::unfold(Some((state, input, false)), |place| async move {
        let (mut state, mut input, mut stopped) = place?;
        if stopped {
            return None;
        }
        let given = match input.next().await {
            Some(Ok(chunk)) => state.chunk(chunk).await,
            Some(Err(error)) => Err(error),
            None => {
                stopped = true;
                state.end().map(|values| (values, true))
            }
        };
        let given = match given {
            Ok((values, stop)) => {
                stopped |= stop;
                Ok(values)
            }
            Err(error) => {
                stopped = true;
                Err(error)
            }
        };
        Some((given, Some((state, input, stopped))))
    })
    .map(|given: Result<Vec<Dynamic>>| match given {
        Ok(values) => stream::iter(values.into_iter().map(Ok).collect::<Vec<_>>()),
        Err(error) => stream::iter(vec![Err(error)]),
    })
    .flatten()
}

impl State {
    fn chunk(&mut self, x: Dynamic) -> BoxFuture<'_, Given> {
        Box::pin(async move {
            let values = match self.name.as_str() {
                "upper_each" => vec![to_text(&x)?.to_uppercase().into()],
                "pass_each" | "raise_at_end" => vec![x],
                "affix_each" => {
                    let (prefix, suffix) = (text_arg(&self.args, "prefix"), text_arg(&self.args, "suffix"));
                    vec![format!("{prefix}{}{suffix}", to_text(&x)?).into()]
                }
                "duplicate_each" => vec![x.clone(), x],
                "length_each" => vec![to_text(&x)?.chars().count().into()],
                "number_each" => {
                    let mut map = Map::new();
                    map.insert(self.count.to_string(), x);
                    self.count += 1;
                    vec![map.into()]
                }
                "split_words" => {
                    self.text.push_str(&to_text(&x)?);
                    let rest = self.text.rsplit(' ').next().unwrap_or_default().to_owned();
                    let whole = self.text.strip_suffix(rest.as_str()).unwrap_or_default();
                    let words = whole.split(' ').filter(|word| !word.is_empty());
                    let words = words.map(|word| Dynamic::from(format!("{word} "))).collect();
                    self.text = rest;
                    words
                }
                "buffer_all" => {
                    self.text.push_str(&to_text(&x)?);
                    Vec::new()
                }
                "collect" => {
                    self.list.push(x);
                    Vec::new()
                }
                "count" => {
                    self.count += 1;
                    Vec::new()
                }
                "take" => {
                    self.count += 1;
                    let n = usize::try_from(arg(&self.args, "n").as_i64().unwrap_or(0)).unwrap_or(0);
                    return Ok((vec![x], self.count >= n));
                }
                "raise_after" => {
                    let n = usize::try_from(arg(&self.args, "n").as_i64().unwrap_or(0)).unwrap_or(0);
                    if self.count >= n {
                        return Err(raise_described(&self.args));
                    }
                    self.count += 1;
                    vec![x]
                }
                "emit_each" => {
                    let mut data = Map::new();
                    data.insert("chunk", x.clone());
                    adispatch_custom_event(text_arg(&self.args, "name"), Dynamic::from(data)).await?;
                    vec![x]
                }
                "invoke_child_each" => {
                    let child = self.child.as_ref().ok_or_else(|| Error::other("no child"))?;
                    vec![child.invoke(x).await?]
                }
                "extract_country_names_streaming" => self.new_countries(&x)?,
                _ => Vec::new(),
            };
            Ok((values, false))
        })
    }

    fn new_countries(&mut self, x: &Dynamic) -> Result<Vec<Dynamic>> {
        let mut new = Vec::new();
        let Some(Dynamic::List(countries)) = x.get("countries") else { return Ok(new) };
        for country in countries.iter() {
            let country = country.as_map().ok_or_else(|| framework("AttributeError"))?;
            let Some(name) = country.get("name").filter(|name| name.is_truthy()) else { continue };
            if self.seen.insert(to_text(name)?) {
                new.push(name.clone());
            }
        }
        Ok(new)
    }

    fn end(&mut self) -> Result<Vec<Dynamic>> {
        Ok(match self.name.as_str() {
            "split_words" if !self.text.is_empty() => vec![std::mem::take(&mut self.text).into()],
            "buffer_all" => vec![std::mem::take(&mut self.text).into()],
            "collect" => vec![std::mem::take(&mut self.list).into()],
            "count" => vec![self.count.into()],
            "values" => arg(&self.args, "values")
                .as_list()
                .into_iter()
                .flat_map(|list| list.iter().cloned())
                .collect(),
            "raise_at_end" => return Err(raise_described(&self.args)),
            _ => Vec::new(),
        })
    }
}
