//! [`CallsSum`]: the pieces of tool calls, growing.

use std::collections::HashMap;

use crate::message::ToolCallChunk;
use crate::message::merge::GrowingText;
use crate::value::Text;

/// Calls in the order of their first pieces; a piece with an index continues the first call of that index
/// whose id does not contradict its own.
#[derive(Debug, Default)]
pub(super) struct CallsSum {
    calls: Vec<Call>,
    places: HashMap<i64, Vec<usize>>,
}

#[derive(Debug)]
struct Call {
    name: Option<GrowingText>,
    args: Option<GrowingText>,
    id: Option<GrowingText>,
    index: Option<i64>,
}

impl CallsSum {
    pub(super) fn push(&mut self, piece: &ToolCallChunk) {
        if let Some(call) =
            piece.index.and_then(|index| self.find(index, piece.id.as_deref().unwrap_or_default()))
        {
            call.push(piece);
        } else {
            self.push_first(piece);
        }
    }

    /// Takes a piece of the first chunk: such pieces stand beside each other whatever their index.
    pub(super) fn push_first(&mut self, piece: &ToolCallChunk) {
        if let Some(index) = piece.index {
            self.places.entry(index).or_default().push(self.calls.len());
        }
        self.calls.push(Call::new(piece));
    }

    fn find(&mut self, index: i64, id: &str) -> Option<&mut Call> {
        let fits = |place: &&usize| {
            let own =
                self.calls.get(**place).and_then(|call| call.id.as_ref()).map_or("", GrowingText::as_str);
            id.is_empty() || own.is_empty() || own == id
        };
        let place = *self.places.get(&index)?.iter().find(fits)?;
        self.calls.get_mut(place)
    }

    pub(super) fn finish(self) -> Vec<ToolCallChunk> {
        self.calls.into_iter().map(Call::finish).collect()
    }
}

impl Call {
    fn new(piece: &ToolCallChunk) -> Self {
        let start = |text: &Option<Text>| text.clone().map(GrowingText::Shared);
        Self { name: start(&piece.name), args: start(&piece.args), id: start(&piece.id), index: piece.index }
    }

    fn push(&mut self, piece: &ToolCallChunk) {
        grow(&mut self.name, piece.name.as_ref());
        grow(&mut self.args, piece.args.as_ref());
        if self.id.as_ref().map(GrowingText::as_str) != piece.id.as_deref() {
            grow(&mut self.id, piece.id.as_ref());
        }
    }

    fn finish(self) -> ToolCallChunk {
        ToolCallChunk {
            name: self.name.map(GrowingText::into_text),
            args: self.args.map(GrowingText::into_text),
            id: self.id.map(GrowingText::into_text),
            index: self.index,
        }
    }
}

fn grow(here: &mut Option<GrowingText>, piece: Option<&Text>) {
    match (here, piece) {
        (_, None) => {}
        (Some(here), Some(piece)) => here.push(piece),
        (here @ None, Some(piece)) => *here = Some(GrowingText::Shared(piece.clone())),
    }
}
