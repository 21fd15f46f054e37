//! [`Lines`]: every event as a line, for pipes, files and simple terminals.

use std::io::Write;

use thalweg::event::{Event, EventKind};
use thalweg::run::Run;
use thalweg::value::Dynamic;
use thalweg::{Error, RunId};

use super::payload::{Shown, line, shown};
use super::{View, payload, wrap};
use crate::drive::Outcome;
use crate::fault::Fault;

/// What stands behind the event and the kind of its run.
const LEGEND: &str = "run (below the one it is part of) and data";

/// How much is shown of inputs and outputs; chunks are shown whole.
const SHORT: usize = 100;

pub(super) struct Lines<W> {
    out: W,
    /// The call's chunks, as long as they are texts or lists.
    printed: Option<String>,
    root: Option<RunId>,
    /// Whether runs show their tags.
    tags: bool,
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, printed: None, root: None, tags: false }
    }

    fn line(&mut self, word: &str, run: &Run, rest: &str) -> Result<(), Fault> {
        let depth = run.ancestors().count() * 2;
        let mut name = run.name().to_string();
        if self.tags {
            name = format!("{name} [{}]", payload::tags(run));
        }
        let line = format!("{word:<9} {:<10} {:depth$}{name} {rest}", run.kind().as_str(), "");
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(())
    }

    /// Keeps what a program that prints each chunk followed by `|` would have printed.
    fn keep(&mut self, run: &Run, chunk: &Dynamic) {
        if self.root != Some(run.id()) {
            return;
        }
        let text = match (shown(chunk), chunk) {
            (Shown::Piece(text), _) => text,
            (Shown::Value(json), Dynamic::List(_)) => json,
            (Shown::Value(_), _) => return,
        };
        let printed = self.printed.get_or_insert_default();
        printed.push_str(&text);
        printed.push('|');
    }
}

fn short(label: &str, value: &Dynamic) -> String {
    format!("{label} {}", wrap::clip(&line(value), SHORT))
}

impl<W: Write> View for Lines<W> {
    fn headline(&mut self, name: &str, about: &str) -> Result<(), Fault> {
        Ok(writeln!(self.out, "\n== {name}: {about}")?)
    }

    fn open(&mut self, title: &str, filtered: bool) -> Result<(), Fault> {
        self.tags = filtered;
        self.printed = None;
        self.root = None;
        writeln!(self.out, "\n{title}\n")?;
        Ok(writeln!(self.out, "{:<9} {:<10} {LEGEND}", "event", "kind")?)
    }

    fn event(&mut self, event: &Event) -> Result<(), Fault> {
        let run = &*event.run;
        match &event.kind {
            EventKind::Start { input } => {
                if run.parent().is_none() {
                    self.root = Some(run.id());
                }
                let input = input.as_ref().map(|input| short("input", input)).unwrap_or_default();
                self.line("start", run, &input)
            }
            EventKind::Stream { chunk } => {
                self.keep(run, chunk);
                self.line("stream", run, &line(chunk))
            }
            EventKind::End { output, .. } => self.line("end", run, &short("output", output)),
            EventKind::Error { error, .. } => self.line("error", run, &error.to_string()),
            EventKind::Cancelled => self.line("cancelled", run, ""),
            EventKind::Retry { attempt, error } => {
                self.line("retry", run, &format!("attempt {attempt}: {error}"))
            }
            EventKind::Custom { name, data } => self.line("custom", run, &format!("{name} {}", line(data))),
            _ => Ok(()),
        }
    }

    fn note(&mut self, line: &str) -> Result<(), Fault> {
        Ok(writeln!(self.out, "handler   {}", line.replace('\n', "\\n"))?)
    }

    fn failed(&mut self, error: &Error) -> Result<(), Fault> {
        Ok(writeln!(self.out, "\nfailed: {error}")?)
    }

    fn close(&mut self, outcome: Outcome) -> Result<(), Fault> {
        if let Some(printed) = self.printed.take() {
            writeln!(self.out, "\n{printed}")?;
        }
        if outcome == Outcome::Interrupted {
            writeln!(self.out, "\ncancelled")?;
        }
        Ok(())
    }
}
