//! The runnables of a branch give the same type.

use thalweg::prelude::*;

fn main() {
    let chain = Branch::new()
        .when(|n: i64| n < 10, |n: i64| format!("{n} is small"))
        .otherwise(|n: i64| n * 2);
}
