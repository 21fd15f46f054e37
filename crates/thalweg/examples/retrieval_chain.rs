//! Documents for a question, and an answer from them: retriever, prompt, model and parser in one chain.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::document::Document;
use thalweg::model::{ModelParams, ReplayChat};
use thalweg::prelude::*;
use thalweg::retriever::{MemoryRetriever, Retrieval};

const TEMPLATE: &str = "Answer the question based only on the following context:
{context}

Question: {question}
";

fn retriever() -> Chain<String, Vec<Document>> {
    let documents = ["harrison worked at kensho", "harrison likes spicy food"].map(Document::new);
    Retrieval::new(MemoryRetriever::new(documents)).chain()
}

/// The chain and its input.
pub(crate) fn build() -> thalweg::Result<(Chain<String, String>, String)> {
    let prompt = ChatPromptTemplate::from_template(TEMPLATE)?;
    let recorded = include_str!("data/harrison.chunks.json");
    let params =
        ModelParams::new("anthropic", "claude-3-7-sonnet-20250219").temperature(0.0).max_tokens(1024);
    let model = Chat::new(ReplayChat::from_json(recorded)?.params(params));
    let found = parallel! {
        "context": retriever().with_config(Config::new().run_name("Docs")),
        "question": passthrough::<String>(),
    };
    let chain = found | prompt | model | StrOutputParser;
    Ok((chain, "Where did harrison work? Write 3 made up sentences about this place.".to_owned()))
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let mut found = retriever().stream("where did harrison work?");
    while let Some(documents) = found.next().await {
        writeln!(out, "{}", serde_json::to_string(&documents?)?)?;
    }

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
