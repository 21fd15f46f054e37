//! An async closure needs `lambda(..)`.

use thalweg::prelude::*;

fn main() {
    let chain = Chain::new(|text: String| text) | async |text: String| text.len();
}
