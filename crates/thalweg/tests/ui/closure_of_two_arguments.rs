//! A step takes one argument.

use thalweg::prelude::*;

fn main() {
    let chain = Chain::new(|text: String| text) | |text: String, more: String| text + &more;
}
