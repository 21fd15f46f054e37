//! A type of one's own becomes a value by `whole_value!`.

use thalweg::prelude::*;

struct River {
    name: String,
}

fn main() {
    let chain = Chain::new(|name: String| River { name });
}
