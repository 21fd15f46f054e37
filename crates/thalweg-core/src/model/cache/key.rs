//! The key of a call: everything that its answer depends on.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::CallOptions;
use crate::model::family::Family;
use crate::value::{Dynamic, Map};

#[derive(Serialize)]
struct Call<'a> {
    model: &'a str,
    params: BTreeMap<&'a str, &'a Dynamic>,
    options: BTreeMap<&'a str, &'a Dynamic>,
    prompt: Dynamic,
}

/// The key of a call.
pub(in crate::model) fn key<F: Family>(
    client: &F::Client,
    prompt: &F::Prompt,
    options: &CallOptions,
) -> Result<String> {
    let params = F::params(client, options).metadata(F::TYPE);
    let call = Call {
        model: &F::name(client),
        params: sorted(&params),
        options: sorted(options.as_map()),
        prompt: without_ids(F::prompt_to_dynamic(prompt))?,
    };
    serde_json::to_string(&call).map_err(Error::serialize)
}

/// The order in which options are given makes no difference.
fn sorted(map: &Map) -> BTreeMap<&str, &Dynamic> {
    map.iter().map(|(key, value)| (key.as_str(), value)).collect()
}

fn without_ids(prompt: Dynamic) -> Result<Dynamic> {
    let Dynamic::List(messages) = prompt else { return Ok(prompt) };
    let messages = messages.iter().map(|message| {
        let mut plain = Dynamic::from_serialize(message)?;
        if let Dynamic::Map(fields) = &mut plain {
            fields.remove("id");
        }
        Ok(plain)
    });
    messages.collect::<Result<_>>().map(Dynamic::List)
}
