//! What lives across an `.await` must be `Send`.

use std::rc::Rc;

use thalweg::prelude::*;

fn main() {
    let _chain = lambda(|text: String| async move {
        let shared = Rc::new(text);
        std::future::ready(()).await;
        shared.len()
    });
}
