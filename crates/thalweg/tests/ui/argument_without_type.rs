//! After `|`, a closure has to say what it takes.

use thalweg::prelude::*;

fn main() {
    let chain = Chain::new(|text: String| text) | |text| text.len();
}
