//! Tools with runnables inside. What runs in a tool's function is below the tool's run, whether the function passes its
//! context on or not.

use thalweg::prelude::*;
use thalweg::schema::Type;
use thalweg::tool::One;
use thalweg::{Result, vars};

use super::Call;
use super::countries::model;

const LONG_TEXT: &str = "
NARRATOR:
(Black screen with text; The sound of buzzing bees can be heard)
According to all known laws of aviation, there is no way a bee should be able to fly. Its wings are too small to get \
    its fat little body off the ground. The bee, of course, flies anyway because bees don't care what humans think is \
    impossible.
BARRY BENSON:
(Barry is picking out a shirt)
Yellow, black. Yellow, black. Yellow, black. Yellow, black. Ooh, black and yellow! Let's shake it up a little.
JANET BENSON:
Barry! Breakfast is ready!
BARRY:
Coming! Hang on a second.
";

const SUMMARY: &[&str] = &[
    "",
    "Bee",
    " def",
    "ies physics",
    ";",
    " Barry",
    " cho",
    "oses outfit",
    " for",
    " graduation",
    " day",
    ".",
];

fn reverse(text: String) -> String {
    text.chars().rev().collect()
}

/// A tool that asks a model and turns the answer round.
fn summarization() -> Result<Tool> {
    let prompt = ChatPromptTemplate::from_template(
        "You are an expert writer. Summarize the following text in 10 words or less:\n\n{long_text}",
    )?;
    let chain = prompt | model(SUMMARY) | StrOutputParser | reverse;
    let about = "A tool that summarizes input text using advanced techniques.";
    let tool = Tool::builder("special_summarization_tool", about).arg("long_text", Type::Str);
    Ok(tool.async_function(move |One(long_text): One<String>| {
        let chain = chain.clone();
        async move { chain.invoke(vars! { "long_text": long_text }).await }
    }))
}

/// A tool with a function inside that is a run of its own.
fn reversing() -> Tool {
    let reverse_word = Chain::new(reverse).named("reverse_word");
    Tool::builder("correct_tool", "Turns a word round.").arg("word", Type::Str).async_function(
        move |One(word): One<String>| {
            let reverse_word = reverse_word.clone();
            async move { reverse_word.invoke(word).await }
        },
    )
}

pub(super) fn calls() -> Result<Vec<Call>> {
    let input = vars! { "long_text": LONG_TEXT };
    Ok(vec![
        Call::new("a tool that runs prompt | model | parser | function", &summarization()?.chain(), input),
        Call::new("a tool that runs a function", &reversing().chain(), vars! { "word": "hello" }),
    ])
}
