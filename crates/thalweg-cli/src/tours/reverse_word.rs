//! A tool that runs a function: the function's run is below the tool's, although nothing passes a context on.

use thalweg::prelude::*;
use thalweg::schema::Type;
use thalweg::tool::One;

#[expect(clippy::needless_pass_by_value, reason = "a step takes its input by value")]
fn reverse(word: String) -> String {
    word.chars().rev().collect()
}

pub(super) fn tool() -> Tool {
    let reverse_word = Chain::new(reverse).named("reverse_word");
    let tool = Tool::builder("correct_tool", "Turns a word round.").arg("word", Type::Str);
    tool.async_function(move |One(word): One<String>| {
        let reverse_word = reverse_word.clone();
        async move { reverse_word.invoke(word).await }
    })
}
