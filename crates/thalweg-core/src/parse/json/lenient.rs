//! [`Lenient`]: goes on where a text has stopped being JSON.

use super::doc::Doc;
use crate::value::Dynamic;

/// Knows nothing but strings and brackets. What it counts as open decides what of the document is shown.
#[derive(Debug)]
pub(super) struct Lenient {
    in_string: bool,
    escaped: bool,
    /// For each open bracket whether it is a list's, and the shape of all up to it, if the document had it.
    open: Vec<(bool, Option<usize>)>,
    /// A closing bracket came that fits none that is open.
    mismatch: bool,
}

impl Lenient {
    pub(super) fn new(doc: &Doc, in_string: bool, escaped: bool) -> Self {
        let open = doc.open_shapes().map(|(list, shape)| (list, Some(shape))).collect();
        Self { in_string, escaped, open, mismatch: false }
    }

    /// Takes some bytes; whether what is shown may be another value now.
    pub(super) fn push(&mut self, bytes: &[u8], doc: &Doc) -> bool {
        let mut changed = false;
        if self.mismatch {
            return false;
        }
        for &byte in bytes {
            if self.in_string {
                match byte {
                    b'"' if !self.escaped => self.in_string = false,
                    b'\\' => self.escaped = !self.escaped,
                    _ => self.escaped = false,
                }
                continue;
            }
            match byte {
                b'"' => (self.in_string, self.escaped) = (true, false),
                b'[' | b'{' => {
                    let list = byte == b'[';
                    let outer = self.open.last().map_or(Some(0), |(_, shape)| *shape);
                    self.open.push((list, outer.and_then(|shape| doc.longer_shape(shape, list))));
                    changed = true;
                }
                b']' | b'}' => {
                    changed = true;
                    if self.open.pop().is_none_or(|(list, _)| list != (byte == b']')) {
                        self.mismatch = true;
                        return true;
                    }
                }
                _ => {}
            }
        }
        changed
    }

    /// Whether brackets do not match, so that there is no value, and there will not be one.
    pub(super) fn is_mismatch(&self) -> bool {
        self.mismatch
    }

    /// What is shown of the document.
    pub(super) fn view(&self, doc: &mut Doc) -> Option<Dynamic> {
        match self.open.last() {
            None => doc.at_shape(0, 0),
            Some((_, shape)) => doc.at_shape(self.open.len(), (*shape)?),
        }
    }
}
