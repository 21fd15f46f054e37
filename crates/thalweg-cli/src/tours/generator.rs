//! A function over the finished value, and a generator over the stream of values.

use std::collections::HashSet;

use futures_util::stream::{self, Stream, TryStreamExt};
use thalweg::Result;
use thalweg::prelude::*;

use super::Call;
use super::countries::{ANSWER, QUESTION, model};

/// The names among the countries, as far as there are any yet.
fn names(value: &Dynamic) -> Vec<String> {
    let countries = value.get("countries").and_then(Dynamic::as_list);
    let countries = countries.into_iter().flat_map(|list| list.iter());
    countries.filter_map(|country| country.get("name")?.as_str()).map(str::to_owned).collect()
}

fn extract_country_names(value: Dynamic) -> Vec<String> {
    names(&value)
}

/// Gives every name once, as soon as it is there.
fn extract_country_names_streaming(
    values: ChunkStream<Dynamic>,
) -> impl Stream<Item = Result<String>> + Send {
    let mut given = HashSet::new();
    let fresh = values.map_ok(move |value| {
        let fresh: Vec<_> = names(&value).into_iter().filter(|name| given.insert(name.clone())).collect();
        stream::iter(fresh.into_iter().map(Ok))
    });
    fresh.try_flatten()
}

pub(super) fn calls() -> Result<Vec<Call>> {
    let whole = model(ANSWER) | JsonOutputParser::new() | extract_country_names;
    let streaming = model(ANSWER) | JsonOutputParser::new() | generator(extract_country_names_streaming);
    Ok(vec![
        Call::new("model | JsonOutputParser | function: one chunk, at the end", &whole, QUESTION),
        Call::new("model | JsonOutputParser | generator: each name as it comes", &streaming, QUESTION),
    ])
}
