//! A condition gives `bool`.

use thalweg::prelude::*;

fn main() {
    let chain = Branch::new()
        .when(|n: i64| format!("{n}"), |n: i64| n)
        .otherwise(|n: i64| n * 2);
}
