//! Events as lines of JSON: nothing else is printed, so that programs can read it.

use std::io::Write;

use thalweg::Error;
use thalweg::event::{Event, write_ndjson};
use thalweg::value::Dynamic;
use thalweg::view::V2View;

use super::View;
use crate::drive::Outcome;
use crate::fault::Fault;

/// Thalweg's own events.
pub(super) struct Ndjson<W> {
    out: W,
}

impl<W: Write> Ndjson<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out }
    }
}

/// The events in langchain-core's vocabulary.
pub(super) struct V2<W> {
    out: W,
    view: V2View,
}

impl<W: Write> V2<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, view: V2View::new(false, Dynamic::Null) }
    }
}

fn tell(error: &Error) {
    // The output is for events alone; there is nobody left to tell if this fails too.
    let _ = writeln!(std::io::stderr(), "error: {error}");
}

impl<W: Write> View for Ndjson<W> {
    fn headline(&mut self, _name: &str, _about: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn open(&mut self, _title: &str, _filtered: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<(), Fault> {
        let mut line = Vec::new();
        write_ndjson(&mut line, event)?;
        self.out.write_all(&line)?;
        Ok(self.out.flush()?)
    }

    fn note(&mut self, _line: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn failed(&mut self, error: &Error) -> Result<(), Fault> {
        tell(error);
        Ok(())
    }

    fn close(&mut self, _outcome: Outcome) -> Result<(), Fault> {
        Ok(())
    }
}

impl<W: Write> View for V2<W> {
    fn headline(&mut self, _name: &str, _about: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn open(&mut self, _title: &str, _filtered: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn event(&mut self, event: &Event) -> Result<(), Fault> {
        if let Some(event) = self.view.map(event.clone())? {
            let mut line = serde_json::to_vec(&event)?;
            line.push(b'\n');
            self.out.write_all(&line)?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn note(&mut self, _line: &str) -> Result<(), Fault> {
        Ok(())
    }

    fn failed(&mut self, error: &Error) -> Result<(), Fault> {
        tell(error);
        Ok(())
    }

    fn close(&mut self, _outcome: Outcome) -> Result<(), Fault> {
        Ok(())
    }
}
