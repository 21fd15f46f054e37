//! JSON while it is written: each line is the value as far as the model has come.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;

const QUESTION: &str = "output a list of the countries france, spain and japan and their populations in JSON format. \
    Use a dict with an outer key of \"countries\" which contains a list of countries. \
    Each country should have the key `name` and `population`";

/// The chain and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<String, Dynamic>, String)> {
    let recorded = include_str!("data/countries.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    Ok((Chain::new(model) | JsonOutputParser::new(), QUESTION.to_owned()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut values = chain.stream(input);
    while let Some(value) = values.next().await {
        writeln!(out, "{}", value?)?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
