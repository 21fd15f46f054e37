//! A closure that returns a future needs `lambda(..)`.

use thalweg::prelude::*;

fn main() {
    let chain = Chain::new(|text: String| text) | |text: String| async move { text.len() };
}
