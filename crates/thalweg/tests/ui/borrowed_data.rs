//! A chain outlives the function that made it: its closures own what they use.

use thalweg::prelude::*;

fn greet(greeting: String) -> Chain<String, String> {
    Chain::new(|name: String| format!("{greeting}, {name}"))
}

fn main() {}
