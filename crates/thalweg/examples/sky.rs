//! A chat model alone, streamed: each piece is printed as soon as it is there.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;

/// The model and what it is asked.
pub(crate) fn build() -> thalweg::Result<(Chain<PromptValue, AiMessage>, PromptValue)> {
    let recorded = include_str!("data/sky.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    Ok((model.chain(), "what color is the sky?".into()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut pieces = chain.stream(input);
    while let Some(piece) = pieces.next().await {
        write!(out, "{}|", piece?.text())?;
        out.flush()?;
    }
    writeln!(out)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
