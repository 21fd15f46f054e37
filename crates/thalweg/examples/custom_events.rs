//! Events of the application's own, from inside a function: with the current context, and with one given by hand.

use std::io::Write;

use futures_util::StreamExt;
use thalweg::callback::adispatch_custom_event_in;
use thalweg::prelude::*;

/// Finds the run that it is part of by itself.
async fn foo(x: String) -> thalweg::Result<String> {
    adispatch_custom_event("event1", vars! { "x": x.clone() }).await?;
    adispatch_custom_event("event2", 5).await?;
    Ok(x)
}

/// Passes its context on, as code must that runs in a task or thread of its own.
async fn bar(x: String, context: Context) -> thalweg::Result<String> {
    adispatch_custom_event_in(&context, "event1", vars! { "x": x.clone() }).await?;
    adispatch_custom_event_in(&context, "event2", 5).await?;
    Ok(x)
}

/// The first function and its input.
pub(crate) fn build() -> (Chain<String, String>, String) {
    (lambda(foo), "hello world".to_owned())
}

/// The second function and its input.
pub(crate) fn build_explicit() -> (Chain<String, String>, String) {
    (lambda_with(bar), "hello world".to_owned())
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    for (chain, input) in [build(), build_explicit()] {
        let mut events = chain.stream_events_v2(input);
        while let Some(event) = events.next().await {
            writeln!(out, "{}", serde_json::to_string(&event?)?)?;
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
