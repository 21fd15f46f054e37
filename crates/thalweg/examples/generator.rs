//! A function over the finished value stops a stream; one over the stream of values keeps it going.

use std::collections::HashSet;
use std::io::Write;

use futures_util::stream::{self, Stream, StreamExt, TryStreamExt};
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;
use thalweg::value::List;

const QUESTION: &str = "output a list of the countries france, spain and japan and their populations in JSON format. \
    Use a dict with an outer key of \"countries\" which contains a list of countries. \
    Each country should have the key `name` and `population`";

/// The names in a value, as far as there are any.
fn names(value: &Dynamic) -> Vec<String> {
    let countries = value.get("countries").and_then(Dynamic::as_list);
    let names = countries.into_iter().flat_map(List::iter).filter_map(|country| country.get("name"));
    names.filter_map(Dynamic::as_str).map(str::to_owned).collect()
}

/// Works on the finished value.
#[allow(clippy::needless_pass_by_value, reason = "a step takes its input")]
fn extract_country_names(value: Dynamic) -> Vec<String> {
    names(&value)
}

/// Works on the values as they come.
fn extract_country_names_streaming(
    values: ChunkStream<Dynamic>,
) -> impl Stream<Item = thalweg::Result<String>> + Send {
    let mut seen = HashSet::new();
    let new = values.map_ok(move |value| {
        let new: Vec<_> = names(&value).into_iter().filter(|name| seen.insert(name.clone())).collect();
        stream::iter(new.into_iter().map(Ok))
    });
    new.try_flatten()
}

fn json() -> thalweg::Result<Chain<String, Dynamic>> {
    let recorded = include_str!("data/countries.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    Ok(Chain::new(model) | JsonOutputParser::new())
}

/// The chain that does not stream, and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<String, Vec<String>>, String)> {
    Ok((json()? | extract_country_names, QUESTION.to_owned()))
}

/// The chain that streams, and its input.
pub(crate) fn build_streaming() -> thalweg::Result<(Chain<String, String>, String)> {
    Ok((json()? | generator(extract_country_names_streaming), QUESTION.to_owned()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut all = chain.stream(input);
    while let Some(names) = all.next().await {
        write!(out, "{:?}|", names?)?;
    }
    writeln!(out)?;

    let (chain, input) = build_streaming()?;
    let mut each = chain.stream(input);
    while let Some(name) = each.next().await {
        write!(out, "{}|", name?)?;
        out.flush()?;
    }
    writeln!(out)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
