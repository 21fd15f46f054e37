//! A tool that asks a model: the model's events are part of the tool's, whether its function passes its context or not.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;
use thalweg::schema::Type;
use thalweg::tool::One;

const LONG_TEXT: &str = "
NARRATOR:
(Black screen with text; The sound of buzzing bees can be heard)
According to all known laws of aviation, there is no way a bee should be able to fly. Its wings are too small to get its \
    fat little body off the ground. The bee, of course, flies anyway because bees don't care what humans think is \
    impossible.
BARRY BENSON:
(Barry is picking out a shirt)
Yellow, black. Yellow, black. Yellow, black. Yellow, black. Ooh, black and yellow! Let's shake it up a little.
JANET BENSON:
Barry! Breakfast is ready!
BARRY:
Coming! Hang on a second.
";

#[allow(clippy::needless_pass_by_value, reason = "a step takes its input")]
fn reverse(text: String) -> String {
    text.chars().rev().collect()
}

/// The tool and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<Dynamic, Dynamic>, Dynamic)> {
    let prompt = ChatPromptTemplate::from_template(
        "You are an expert writer. Summarize the following text in 10 words or less:\n\n{long_text}",
    )?;
    let recorded = include_str!("data/bees.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-5-sonnet-20240620").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    let chain = prompt | model | StrOutputParser | reverse;

    let description = "A tool that summarizes input text using advanced techniques.";
    let tool = Tool::builder("special_summarization_tool", description)
        .arg("long_text", Type::Str)
        .async_function(move |One(long_text): One<String>| {
            let chain = chain.clone();
            async move { chain.invoke(vars! { "long_text": long_text }).await }
        });
    Ok((tool.chain(), vars! { "long_text": LONG_TEXT }.into()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (tool, input) = build()?;
    writeln!(out, "{}", tool.invoke(input.clone()).await?)?;

    let models = EventFilter::new().include_types(["chat_model"]);
    let mut events = tool.stream_events_with(input, Context::current(), models);
    while let Some(event) = events.next().await {
        match event?.kind {
            EventKind::Stream { chunk: Dynamic::Chunk(chunk) } => write!(out, "{}|", chunk.text())?,
            EventKind::End { output, .. } => writeln!(out, "\n{output}")?,
            _ => {}
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
