//! The same chain seen from inside: the pieces of the model and what the parser makes of each.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;

const QUESTION: &str = "output a list of the countries france, spain and japan and their populations in JSON format. \
    Use a dict with an outer key of \"countries\" which contains a list of countries. \
    Each country should have the key `name` and `population`";

/// The chain and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<String, Dynamic>, String)> {
    let recorded = include_str!("data/countries_events.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    Ok((Chain::new(model) | JsonOutputParser::new(), QUESTION.to_owned()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut events = chain.stream_events(input);
    let mut count = 0;
    while let Some(event) = events.next().await {
        let event = event?;
        match (&event.kind, event.run.kind()) {
            (EventKind::Stream { chunk: Dynamic::Chunk(chunk) }, RunKind::ChatModel) => {
                writeln!(out, "Chat model chunk: {:?}", chunk.text())?;
            }
            (EventKind::Stream { chunk }, RunKind::Parser) => writeln!(out, "Parser chunk: {chunk}")?,
            _ => {}
        }
        count += 1;
        if count > 30 {
            // That is enough; dropping the events cancels the rest.
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
