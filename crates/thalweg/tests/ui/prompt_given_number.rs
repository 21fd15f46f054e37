//! A prompt takes named variables.

use thalweg::prelude::*;

fn before(prompt: ChatPromptTemplate) {
    let chain = Chain::new(|text: String| text.len()) | prompt;
}

fn main() {}
