//! What a step gives must be a value.

use std::path::PathBuf;

use thalweg::prelude::*;

fn main() {
    let chain = Chain::new(|text: String| text) | |text: String| PathBuf::from(text);
}
