//! Events that an application dispatches from inside a run.

use thalweg::callback::adispatch_custom_event;
use thalweg::prelude::*;
use thalweg::{Result, vars};

use super::Call;

async fn foo(x: String) -> Result<String> {
    adispatch_custom_event("event1", vars! { "x": x.clone() }).await?;
    adispatch_custom_event("event2", 5).await?;
    Ok(x)
}

fn reflect(value: String) -> Result<String> {
    let reversed: String = value.chars().rev().collect();
    dispatch_custom_event("event1", vars! { "reversed": reversed })?;
    dispatch_custom_event("event2", 5)?;
    Ok(value)
}

pub(super) fn calls() -> Result<Vec<Call>> {
    Ok(vec![
        Call::new("an async function that dispatches two events", &lambda(foo), "hello world"),
        Call::new("and one that does not wait", &Chain::new(reflect), "hello world"),
    ])
}
