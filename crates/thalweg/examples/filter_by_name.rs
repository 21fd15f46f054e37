//! Only the events of the runs with one name.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;

const QUESTION: &str = "output a list of the countries france, spain and japan and their populations in JSON format. \
    Use a dict with an outer key of \"countries\" which contains a list of countries. \
    Each country should have the key `name` and `population`";

/// The chain and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<String, Dynamic>, String)> {
    let recorded = include_str!("data/filter_by_name.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    let model = Chain::new(model).with_config(Config::new().run_name("model"));
    let parser = Chain::new(JsonOutputParser::new()).with_config(Config::new().run_name("my_parser"));
    let chain = model | parser;
    Ok((chain, QUESTION.to_owned()))
}

/// Which events are wanted; the others are not even made.
pub(crate) fn filter() -> EventFilter {
    EventFilter::new().include_names(["my_parser"])
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut events = chain.stream_events_v2_with(input, Context::current(), filter());
    let mut count = 0;
    while let Some(event) = events.next().await {
        writeln!(out, "{}", serde_json::to_string(&event?)?)?;
        count += 1;
        if count > 10 {
            writeln!(out, "...")?;
            break;
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
