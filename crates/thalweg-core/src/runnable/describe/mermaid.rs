//! Chains as flow charts in the language of Mermaid.

use std::fmt::Write;

use super::{Description, Parts, title};
use crate::value::Text;

pub(super) fn draw(description: &Description) -> String {
    let mut chart = Chart { text: String::from("graph TD;\n"), nodes: 0, groups: 0, depth: 1 };
    let first = chart.node(&title(&description.input), Shape::First);
    let ends = chart.draw(description, vec![Line { from: first, label: None, dotted: false }], true);
    let last = chart.node(&title(&description.output), Shape::Last);
    chart.connect(&ends, last);
    chart.line("classDef first fill-opacity:0;");
    chart.line("classDef last fill:#bfb6fc;");
    chart.text
}

struct Chart {
    text: String,
    nodes: usize,
    groups: usize,
    depth: usize,
}

/// A line that has begun at a node and has no end yet.
#[derive(Clone)]
struct Line {
    from: usize,
    label: Option<Text>,
    dotted: bool,
}

#[derive(Clone, Copy)]
enum Shape {
    First,
    Last,
    Step,
    Fork,
    Choice,
    Join,
}

impl Chart {
    fn line(&mut self, line: &str) {
        for _ in 0..self.depth {
            self.text.push_str("    ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn node(&mut self, label: &str, shape: Shape) -> usize {
        let id = self.nodes;
        self.nodes += 1;
        let label = quoted(label);
        let node = match shape {
            Shape::First => format!("n{id}([{label}]):::first"),
            Shape::Last => format!("n{id}([{label}]):::last"),
            Shape::Step => format!("n{id}({label})"),
            Shape::Fork => format!("n{id}[/{label}\\]"),
            Shape::Choice => format!("n{id}{{{label}}}"),
            Shape::Join => format!("n{id}(({label}))"),
        };
        self.line(&node);
        id
    }

    fn connect(&mut self, lines: &[Line], to: usize) {
        for line in lines {
            let mut text = format!("n{} ", line.from);
            let arrow = if line.dotted { "-.->" } else { "-->" };
            text.push_str(arrow);
            if let Some(label) = &line.label {
                // Writing to a string can't fail.
                let _ = write!(text, "|{}|", quoted(label));
            }
            let _ = write!(text, " n{to};");
            self.line(&text);
        }
    }

    /// Draws what the lines lead to, and gives the lines that lead on from it.
    fn draw(&mut self, description: &Description, lines: Vec<Line>, outermost: bool) -> Vec<Line> {
        match &description.parts {
            Parts::None => {
                let node = self.node(&description.name, Shape::Step);
                self.connect(&lines, node);
                vec![Line { from: node, label: None, dotted: false }]
            }
            Parts::Steps(steps) if outermost => self.steps(steps, lines),
            Parts::Steps(steps) => self.group(&description.name, |chart| chart.steps(steps, lines)),
            Parts::Around(what, inner) => {
                let name = format!("{what}: {}", description.name);
                self.group(&name, |chart| chart.draw(inner, lines, true))
            }
            Parts::Beside(parts) => {
                let fork = self.node(&description.name, Shape::Fork);
                self.connect(&lines, fork);
                let ends = self.parts(parts, fork, false);
                let join = self.node("+", Shape::Join);
                self.connect(&ends, join);
                vec![Line { from: join, label: None, dotted: false }]
            }
            Parts::OneOf(parts) => {
                let choice = self.node(&description.name, Shape::Choice);
                self.connect(&lines, choice);
                self.parts(parts, choice, true)
            }
        }
    }

    fn steps(&mut self, steps: &[Description], lines: Vec<Line>) -> Vec<Line> {
        steps.iter().fold(lines, |lines, step| self.draw(step, lines, false))
    }

    fn parts(&mut self, parts: &[(Text, Description)], from: usize, dotted: bool) -> Vec<Line> {
        let mut ends = Vec::new();
        for (key, part) in parts {
            let line = Line { from, label: Some(key.clone()), dotted };
            ends.extend(self.draw(part, vec![line], false));
        }
        ends
    }

    fn group<T>(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> T) -> T {
        let id = self.groups;
        self.groups += 1;
        self.line(&format!("subgraph g{id}[{}]", quoted(name)));
        self.depth += 1;
        let drawn = inside(self);
        self.depth -= 1;
        self.line("end");
        drawn
    }
}

/// A label as Mermaid takes it, whatever is in it.
fn quoted(label: &str) -> String {
    let mut quoted = String::with_capacity(label.len() + 2);
    quoted.push('"');
    if label.is_empty() {
        // It takes no empty ones.
        quoted.push(' ');
    }
    for c in label.chars() {
        match c {
            '"' => quoted.push_str("#quot;"),
            '#' => quoted.push_str("#35;"),
            '<' => quoted.push_str("#lt;"),
            '>' => quoted.push_str("#gt;"),
            '\n' | '\r' => quoted.push(' '),
            '`' => quoted.push_str("#96;"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
