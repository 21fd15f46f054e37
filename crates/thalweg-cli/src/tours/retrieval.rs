//! An answer from documents: retriever, prompt, model and parser.

use thalweg::Result;
use thalweg::prelude::*;
use thalweg::retriever::MemoryRetriever;

use super::Call;
use super::countries::model;

const TEMPLATE: &str = "Answer the question based only on the following context:
{context}

Question: {question}
";

const ANSWER: &[&str] = &[
    "",
    "Base",
    "d on the provided context, Harrison worked at Kens",
    "ho.\n\nThree made up sentences about Kens",
    "ho:\n\n1. Kensho is a",
    " cutting-edge technology company that specializes in",
    " AI and data analytics for financial institutions.\n\n2",
    ". The Kensho office features",
    " an open floor plan with panoramic views of the city",
    " skyline, creating an inspiring environment for its",
    " employees.\n\n3. At Kensho,",
    " team members often collaborate in innovative brainstorming sessions while",
    " enjoying complimentary gourmet coffee from",
    " their in-house café.",
];

pub(super) fn calls() -> Result<Vec<Call>> {
    let documents = ["harrison worked at kensho", "harrison likes spicy food"].map(Document::new);
    let retriever = Retrieval::new(MemoryRetriever::new(documents)).chain();
    let context = parallel! {
        "context": retriever.clone().with_config(Config::new().run_name("Docs")),
        "question": passthrough::<String>(),
    };
    let chain = context | ChatPromptTemplate::from_template(TEMPLATE)? | model(ANSWER) | StrOutputParser;
    let question = "Where did harrison work? Write 3 made up sentences about this place.";
    Ok(vec![
        Call::new("a retriever gives its documents at once", &retriever, "where did harrison work?"),
        Call::new(
            "{context: retriever, question: passthrough} | prompt | model | StrOutputParser",
            &chain,
            question,
        ),
    ])
}
