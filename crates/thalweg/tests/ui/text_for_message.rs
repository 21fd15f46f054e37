//! A chat model gives a message, not a text.

use thalweg::prelude::*;

fn after(model: Chat) {
    let chain = model | |text: String| text.len();
}

fn main() {}
