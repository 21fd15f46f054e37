//! Handlers that hear the application's own events: one that waits, one that does not, and one from a closure.

use std::io::Write;
use std::sync::mpsc::{Sender, channel};

use thalweg::prelude::*;

/// Tells what it hears through a channel, so that it can be printed wherever the caller wants.
#[derive(Clone)]
struct Reporter(Sender<String>);

impl Reporter {
    fn report(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        let (tags, metadata, id) =
            (Dynamic::from_serialize(&run.tags())?, Dynamic::Map(run.metadata().clone()), run.id());
        Ok(self.0.send(format!(
            "Received event {name} with data: {data}, with tags: {tags}, with metadata: {metadata} and run_id: {id}"
        ))?)
    }
}

struct AsyncReporter(Reporter);

impl AsyncCallbackHandler for AsyncReporter {
    async fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        self.0.report(run, name, data)
    }
}

impl CallbackHandler for Reporter {
    fn on_custom_event(&self, run: &Run, name: &str, data: &Dynamic) -> Handled {
        self.report(run, name, data)
    }
}

async fn foo(x: i64) -> thalweg::Result<i64> {
    adispatch_custom_event("event1", vars! { "x": x }).await?;
    adispatch_custom_event("event2", 5).await?;
    Ok(x)
}

fn foo_sync(x: i64) -> thalweg::Result<i64> {
    dispatch_custom_event("event1", vars! { "x": x })?;
    dispatch_custom_event("event2", vars! { "x": x })?;
    Ok(x)
}

fn reflect(text: String) -> thalweg::Result<String> {
    dispatch_custom_event("event1", vars! { "reversed": text.chars().rev().collect::<String>() })?;
    dispatch_custom_event("event2", 5)?;
    Ok(text)
}

pub(crate) async fn run(out: &mut (dyn Write + Send)) -> Result<(), BoxError> {
    let (sender, heard) = channel();
    let reporter = Reporter(sender.clone());
    let tagged = || Config::new().tags(["foo", "bar"]);

    let config = tagged().async_handler(AsyncReporter(reporter.clone()));
    let output = lambda(foo).invoke_with(1, config).await?;
    heard.try_iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "{output}")?;

    let output = Chain::new(foo_sync).invoke_blocking_with(1, tagged().handler(reporter))?;
    heard.try_iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "{output}")?;

    let closure =
        move |run: &Run, name: &str, data: &Dynamic| sender.send(format!("{name} {data} {}", run.id()));
    let output =
        Chain::new(reflect).invoke_with("hello world", Config::new().on_custom_event(closure)).await?;
    heard.try_iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "{output}")?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    run(&mut std::io::stdout()).await
}
