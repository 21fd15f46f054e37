//! Chains as drawings of ASCII characters.
//!
//! A chain is drawn as a block of text that lines enter and leave at one column, its axis. Blocks stand below each
//! other, beside each other, or in a frame.

use super::{Description, Parts, title};
use crate::value::Text;

pub(super) fn draw(description: &Description) -> String {
    let blocks =
        vec![boxed(&title(&description.input)), block(description, true), boxed(&title(&description.output))];
    let mut text = String::new();
    for row in below(blocks).rows {
        let row: String = row.into_iter().collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

struct Block {
    /// Rows of the same length.
    rows: Vec<Vec<char>>,
    width: usize,
    axis: usize,
}

fn block(description: &Description, outermost: bool) -> Block {
    match &description.parts {
        Parts::None => boxed(&description.name),
        Parts::Steps(steps) => {
            let steps = below(steps.iter().map(|step| block(step, false)).collect());
            if outermost { steps } else { framed(&description.name, steps) }
        }
        Parts::Around(what, inner) => framed(&format!("{what}: {}", description.name), block(inner, true)),
        Parts::Beside(parts) => below(vec![boxed(&description.name), beside(parts, '|', '-')]),
        Parts::OneOf(parts) => below(vec![boxed(&description.name), beside(parts, ':', '.')]),
    }
}

/// A row of blanks with these characters at these columns.
fn row(width: usize, marks: &[(usize, char)]) -> Vec<char> {
    let mut row = vec![' '; width];
    for (column, mark) in marks {
        if let Some(slot) = row.get_mut(*column) {
            *slot = *mark;
        }
    }
    row
}

fn border(width: usize) -> Vec<char> {
    let mut border = vec!['-'; width];
    for corner in [0, width - 1] {
        if let Some(slot) = border.get_mut(corner) {
            *slot = '+';
        }
    }
    border
}

/// A name in a box.
fn boxed(name: &str) -> Block {
    let middle: Vec<char> =
        format!("| {name} |").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let width = middle.len();
    Block { rows: vec![border(width), middle, border(width)], width, axis: (width - 1) / 2 }
}

impl Block {
    /// The block with blanks at its sides.
    fn padded(mut self, left: usize, right: usize) -> Self {
        for row in &mut self.rows {
            row.splice(0..0, std::iter::repeat_n(' ', left));
            row.extend(std::iter::repeat_n(' ', right));
        }
        self.width += left + right;
        self.axis += left;
        self
    }
}

/// Blocks below each other, joined by lines.
fn below(blocks: Vec<Block>) -> Block {
    let axis = blocks.iter().map(|block| block.axis).max().unwrap_or(0);
    let right = blocks.iter().map(|block| block.width - block.axis).max().unwrap_or(0);
    let width = axis + right;
    let mut rows = Vec::new();
    for block in blocks {
        if !rows.is_empty() {
            rows.push(row(width, &[(axis, '|')]));
        }
        let (left, right) = (axis - block.axis, right - (block.width - block.axis));
        rows.extend(block.padded(left, right).rows);
    }
    Block { rows, width, axis }
}

/// Blocks beside each other between a fork and a join.
fn beside(parts: &[(Text, Description)], down: char, across: char) -> Block {
    let blocks: Vec<_> = parts.iter().map(|(key, part)| labelled(key, block(part, false), down)).collect();
    let height = blocks.iter().map(|block| block.rows.len()).max().unwrap_or(0);
    let mut rows = vec![Vec::new(); height];
    let (mut width, mut columns) = (0, Vec::new());
    for block in blocks {
        if width > 0 {
            for row in &mut rows {
                row.extend([' ', ' ', ' ']);
            }
            width += 3;
        }
        columns.push(width + block.axis);
        let line = row(block.width, &[(block.axis, down)]);
        let filled = block.rows.into_iter().chain(std::iter::repeat(line));
        for (row, more) in rows.iter_mut().zip(filled) {
            row.extend(more);
        }
        width += block.width;
    }
    let (first, last) = (columns.first().copied().unwrap_or(0), columns.last().copied().unwrap_or(0));
    let axis = usize::midpoint(first, last);
    let mut fork = row(width, &[]);
    for slot in fork.iter_mut().take(last + 1).skip(first) {
        *slot = across;
    }
    for column in columns.iter().chain([&axis]) {
        if let Some(slot) = fork.get_mut(*column) {
            *slot = '+';
        }
    }
    rows.insert(0, fork.clone());
    rows.push(fork);
    Block { rows, width, axis }
}

/// A block with a word at the line that leads to it.
fn labelled(label: &str, block: Block, down: char) -> Block {
    let label: Vec<char> = label.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let (before, after) = ((label.len().max(1) - 1) / 2, label.len() / 2 + 1);
    let left = before.saturating_sub(block.axis);
    let right = after.saturating_sub(block.width - block.axis);
    let mut block = block.padded(left, right);
    let mut word = row(block.width, &[(block.axis, down)]);
    for (slot, c) in word.iter_mut().skip(block.axis - before).zip(label) {
        *slot = c;
    }
    let line = row(block.width, &[(block.axis, down)]);
    block.rows.splice(0..0, [word, line.clone()]);
    block.rows.push(line);
    block
}

/// A block in a frame that has a title.
fn framed(name: &str, inner: Block) -> Block {
    let title: Vec<char> =
        format!(" {name} ").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let wanted = title.len() + 4;
    let more = wanted.saturating_sub(inner.width + 4);
    let inner = inner.padded(2 + more / 2, 2 + more.div_ceil(2));
    let (width, axis) = (inner.width, inner.axis);
    let mut top = border(width);
    for (slot, c) in top.iter_mut().skip(2).zip(title) {
        *slot = c;
    }
    let mut rows = vec![top];
    for mut row in inner.rows {
        for side in [0, width - 1] {
            if let Some(slot) = row.get_mut(side) {
                *slot = '|';
            }
        }
        rows.push(row);
    }
    rows.push(border(width));
    Block { rows, width, axis }
}
