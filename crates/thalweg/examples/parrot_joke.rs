//! Prompt, model and parser as one chain, whose output streams through all three.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;

/// The chain and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<Dynamic, String>, Dynamic)> {
    let prompt = ChatPromptTemplate::from_template("tell me a joke about {topic}")?;
    let recorded = include_str!("data/parrot_joke.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    Ok((prompt | model | StrOutputParser, vars! { "topic": "parrot" }.into()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (chain, input) = build()?;
    let mut pieces = chain.stream(input);
    while let Some(piece) = pieces.next().await {
        write!(out, "{}|", piece?)?;
        out.flush()?;
    }
    writeln!(out)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
