//! [`Tree`]: the runs of a call as a tree that is redrawn in place while they go on.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use thalweg::Error;
use thalweg::event::{Event, EventKind};
use thalweg::run::Run;

use super::payload::{Shown, line, shown};
use super::{View, payload, terminal, wrap};
use crate::drive::Outcome;
use crate::fault::Fault;

/// How many rows of text a run shows while the call goes on.
const ROWS: usize = 2;

/// How often durations are brought up to date.
const REFRESH: Duration = Duration::from_millis(100);

pub(super) struct Tree<W> {
    out: W,
    color: bool,
    /// Whether runs show their tags.
    tags: bool,
    nodes: Vec<Node>,
    /// What handlers said, the newest last.
    notes: Vec<String>,
    /// How many rows of the screen the last frame took.
    drawn: usize,
}

/// A run in the tree.
struct Node {
    run: Arc<Run>,
    depth: usize,
    status: Status,
    since: Instant,
    took: Option<Duration>,
    text: String,
    events: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Running,
    Ended,
    Failed,
    Cancelled,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Failed => "error",
            Self::Cancelled => "cancelled",
        }
    }

    fn sign(self) -> char {
        match self {
            Self::Running => '●',
            Self::Ended => '✓',
            Self::Failed => '✗',
            Self::Cancelled => '◌',
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Running => "36",
            Self::Ended => "32",
            Self::Failed => "31",
            Self::Cancelled => "33",
        }
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";

impl<W: Write> Tree<W> {
    pub(super) fn new(out: W) -> Self {
        let color = terminal::has_color();
        Self { out, color, tags: false, nodes: Vec::new(), notes: Vec::new(), drawn: 0 }
    }

    /// A run is put below the nearest run above it that is shown, behind those that are there already.
    fn insert(&mut self, run: &Arc<Run>) {
        let place = |above: &Arc<Run>| self.nodes.iter().position(|node| Arc::ptr_eq(&node.run, above));
        let parent = run.ancestors().find_map(place);
        let depth = parent.and_then(|at| self.nodes.get(at)).map_or(0, |node| node.depth + 1);
        let from = parent.map_or(self.nodes.len(), |at| at + 1);
        let below = self.nodes.iter().skip(from).take_while(|node| node.depth >= depth).count();
        let node = Node {
            run: Arc::clone(run),
            depth,
            status: Status::Running,
            since: Instant::now(),
            took: None,
            text: String::new(),
            events: Vec::new(),
        };
        self.nodes.insert(from + below, node);
    }

    fn node(&mut self, run: &Arc<Run>) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|node| Arc::ptr_eq(&node.run, run))
    }

    fn paint(&self, color: &str, text: &str) -> String {
        if self.color { format!("\x1b[{color}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// The row of a run, and its text below it.
    fn rows(&self, node: &Node, columns: usize, most: usize, rows: &mut Vec<String>) {
        let indent = (node.depth * 2).min(columns / 2);
        let room = columns.saturating_sub(indent + 2);
        let name = wrap::clip(node.run.name(), room);
        let took = node.took.unwrap_or_else(|| node.since.elapsed()).as_secs_f64();
        let mut rest = format!("{}  {}  {took:.2} s", node.run.kind(), node.status.word());
        if self.tags {
            let _ = write!(rest, "  [{}]", payload::tags(&node.run));
        }
        let rest = wrap::clip(&rest, room.saturating_sub(wrap::width(&name) + 2));
        rows.push(format!(
            "{:indent$}{} {}  {}",
            "",
            self.paint(node.status.color(), &node.status.sign().to_string()),
            self.paint(BOLD, &name),
            self.paint(DIM, &rest),
        ));
        for event in &node.events {
            rows.push(format!("{:indent$}  ✦ {}", "", wrap::clip(event, room.saturating_sub(2))));
        }
        let (mut lines, cut) = wrap::tail(&node.text, room.saturating_sub(2), most);
        if cut {
            lines.retain(|line| !line.trim().is_empty());
        }
        for (at, line) in lines.iter().enumerate() {
            let mark = if cut && at == 0 { "…" } else { "│" };
            rows.push(format!("{:indent$}  {} {line}", "", self.paint(DIM, mark)));
        }
    }

    /// Draws over the last frame. The last of a call shows the whole text of the outermost runs.
    fn draw(&mut self, last: bool) -> Result<(), Fault> {
        let (columns, height) = terminal::size();
        // A full row would make some terminals go on to the next.
        let columns = columns.saturating_sub(1).max(8);
        let mut rows = Vec::new();
        for node in &self.nodes {
            let most = if last && node.depth == 0 { usize::MAX } else { ROWS };
            self.rows(node, columns, most, &mut rows);
        }
        let notes = if last { self.notes.len() } else { self.notes.len().min(ROWS) };
        for note in self.notes.iter().skip(self.notes.len() - notes) {
            rows.push(self.paint(DIM, &wrap::clip(&format!("» {note}"), columns)));
        }
        // What has scrolled away cannot be drawn over.
        let hidden = if last { 0 } else { rows.len().saturating_sub(height.saturating_sub(1)) };
        let mut frame = String::from("\r");
        if self.drawn > 0 {
            let _ = write!(frame, "\x1b[{}A", self.drawn);
        }
        for row in rows.iter().skip(hidden) {
            frame.push_str(row);
            frame.push_str("\x1b[K\n");
        }
        frame.push_str("\x1b[J");
        self.drawn = rows.len() - hidden;
        self.out.write_all(frame.as_bytes())?;
        Ok(self.out.flush()?)
    }

    fn text_row(&mut self, text: &str) -> Result<(), Fault> {
        Ok(writeln!(self.out, "{text}")?)
    }
}

impl Node {
    fn close(&mut self, status: Status) {
        self.status = status;
        self.took = Some(self.since.elapsed());
    }
}

impl<W: Write> View for Tree<W> {
    fn headline(&mut self, name: &str, about: &str) -> Result<(), Fault> {
        let headline = format!("\n{} {about}", self.paint(BOLD, name));
        self.text_row(&headline)
    }

    fn open(&mut self, title: &str, filtered: bool) -> Result<(), Fault> {
        self.nodes.clear();
        self.notes.clear();
        self.drawn = 0;
        self.tags = filtered;
        let title = self.paint(DIM, title);
        self.text_row(&format!("\n{title}"))
    }

    fn event(&mut self, event: &Event) -> Result<(), Fault> {
        if let EventKind::Start { .. } = &event.kind {
            self.insert(&event.run);
        }
        let Some(node) = self.node(&event.run) else { return Ok(()) };
        match &event.kind {
            EventKind::Stream { chunk } => match shown(chunk) {
                Shown::Piece(piece) => node.text.push_str(&piece),
                Shown::Value(json) => node.text = json,
            },
            EventKind::End { output, .. } => {
                match shown(output) {
                    // A run that streamed pieces of text has shown it.
                    Shown::Piece(text) if node.text.is_empty() => node.text = text,
                    Shown::Piece(_) => {}
                    // Chunks of an object may have been its entries.
                    Shown::Value(json) => node.text = json,
                }
                node.close(Status::Ended);
            }
            EventKind::Error { error, .. } => {
                node.events.push(error.to_string());
                node.close(Status::Failed);
            }
            EventKind::Cancelled => node.close(Status::Cancelled),
            EventKind::Retry { attempt, error } => node.events.push(format!("attempt {attempt}: {error}")),
            EventKind::Custom { name, data } => node.events.push(format!("{name} {}", line(data))),
            _ => {}
        }
        self.draw(false)
    }

    fn note(&mut self, line: &str) -> Result<(), Fault> {
        self.notes.push(line.to_owned());
        self.draw(false)
    }

    fn failed(&mut self, error: &Error) -> Result<(), Fault> {
        self.notes.push(format!("failed: {error}"));
        self.draw(false)
    }

    fn close(&mut self, outcome: Outcome) -> Result<(), Fault> {
        if outcome == Outcome::Interrupted {
            self.notes.push("cancelled".to_owned());
        }
        self.draw(true)
    }

    fn refresh(&self) -> Option<Duration> {
        Some(REFRESH)
    }

    fn tick(&mut self) -> Result<(), Fault> {
        self.draw(false)
    }
}
