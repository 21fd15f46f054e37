//! [`Doc`]: what has been read of a document, and how it looked at earlier points.

use crate::value::growing::{GrowingList, GrowingMap};
use crate::value::{Dynamic, Text};

/// The open lists and objects from the root inwards, or the finished root.
///
/// When a text stops being JSON, what is shown depends on which brackets count as open then: the document as
/// it was when it last stood within just these brackets. A *shape* is such a sequence of brackets; for each
/// shape the doc remembers where the last container of that shape was that closed.
#[derive(Debug)]
pub(super) struct Doc {
    frames: Vec<Frame>,
    root: Option<Dynamic>,
    shapes: Vec<Shape>,
    places: Vec<Place>,
}

#[derive(Debug)]
struct Frame {
    body: Body,
    shape: usize,
    place: usize,
}

#[derive(Debug)]
enum Body {
    List(GrowingList),
    Map(GrowingMap),
}

/// A sequence of open brackets; they form a tree, whose root is the empty sequence.
#[derive(Debug, Default)]
struct Shape {
    /// This sequence and one more bracket: of an object, of a list.
    longer: [Option<usize>; 2],
    /// The place of the last container of this shape that closed.
    closed: Option<usize>,
}

/// Where a container stands: in which one, and after how many elements or entries of that.
#[derive(Debug)]
struct Place {
    within: Option<usize>,
    after: usize,
}

/// One step on the way from the root to a place.
enum Level {
    Open(usize),
    Closed(Dynamic),
}

impl Doc {
    pub(super) fn new() -> Self {
        Self { frames: Vec::new(), root: None, shapes: vec![Shape::default()], places: Vec::new() }
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Whether the innermost open container is a list; `None` at the root.
    pub(super) fn in_list(&self) -> Option<bool> {
        self.frames.last().map(|frame| matches!(frame.body, Body::List(_)))
    }

    /// The open containers from the root inwards: whether each is a list, and its shape.
    pub(super) fn open_shapes(&self) -> impl Iterator<Item = (bool, usize)> {
        self.frames.iter().map(|frame| (matches!(frame.body, Body::List(_)), frame.shape))
    }

    /// The shape of one more bracket, if the document had it.
    pub(super) fn longer_shape(&self, shape: usize, list: bool) -> Option<usize> {
        self.shapes.get(shape)?.longer[usize::from(list)]
    }

    pub(super) fn open(&mut self, list: bool) {
        let outer = self.frames.last();
        let shape = outer.map_or(0, |frame| frame.shape);
        let place = Place {
            within: outer.map(|frame| frame.place),
            after: outer.map_or(0, |frame| match &frame.body {
                Body::List(list) => list.len(),
                Body::Map(map) => map.written(),
            }),
        };
        let shape = self.longer_shape(shape, list).unwrap_or_else(|| self.add_shape(shape, list));
        let body = if list { Body::List(GrowingList::default()) } else { Body::Map(GrowingMap::default()) };
        self.frames.push(Frame { body, shape, place: self.places.len() });
        self.places.push(place);
    }

    fn add_shape(&mut self, shape: usize, list: bool) -> usize {
        let new = self.shapes.len();
        if let Some(shape) = self.shapes.get_mut(shape) {
            shape.longer[usize::from(list)] = Some(new);
        }
        self.shapes.push(Shape::default());
        new
    }

    pub(super) fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(shape) = self.shapes.get_mut(frame.shape) {
            shape.closed = Some(frame.place);
        }
        self.put(match frame.body {
            Body::List(list) => Dynamic::List(list.finish()),
            Body::Map(map) => Dynamic::Map(map.finish()),
        });
    }

    pub(super) fn set_key(&mut self, key: Text) {
        if let Some(Frame { body: Body::Map(map), .. }) = self.frames.last_mut() {
            map.set_key(key);
        }
    }

    /// Adds a finished value to the innermost open container, or makes it the root.
    pub(super) fn put(&mut self, value: Dynamic) {
        match self.frames.last_mut() {
            None => self.root = Some(value),
            Some(Frame { body: Body::List(list), .. }) => list.push(value),
            Some(Frame { body: Body::Map(map), .. }) => map.push(value),
        }
    }

    /// The document with the outermost `depth` containers closed, the last of them after `tail`, a value that
    /// is not finished; `None` if there is nothing yet.
    pub(super) fn view(&mut self, depth: usize, tail: Option<Dynamic>) -> Option<Dynamic> {
        if depth == 0 {
            return self.root.clone().or(tail);
        }
        self.frames.iter_mut().take(depth).rev().fold(tail, |tail, frame| Some(frame.prefix(None, tail)))
    }

    /// The document when it last stood within just the brackets of `shape`, which has `depth` of them.
    pub(super) fn at_shape(&mut self, depth: usize, shape: usize) -> Option<Dynamic> {
        let open = match depth.checked_sub(1) {
            None => true,
            Some(last) => self.frames.get(last).is_some_and(|frame| frame.shape == shape),
        };
        if open {
            return self.view(depth, None);
        }
        let place = self.shapes.get(shape)?.closed?;
        self.at_place(place)
    }

    /// The document when the container at `place` was its last.
    fn at_place(&mut self, place: usize) -> Option<Dynamic> {
        let mut way = vec![place];
        while let Some(outer) = way.last().and_then(|last| self.places.get(*last)).and_then(|p| p.within) {
            way.push(outer);
        }
        let mut levels = Vec::with_capacity(way.len());
        for (depth, place) in way.into_iter().rev().enumerate() {
            let after = self.places.get(place)?.after;
            let here = match levels.last() {
                _ if self.frames.get(depth).is_some_and(|frame| frame.place == place) => Level::Open(depth),
                None => Level::Closed(self.root.clone()?),
                Some((_, Level::Open(outer))) => Level::Closed(self.frames.get(*outer)?.entry(after)?),
                Some((_, Level::Closed(outer))) => Level::Closed(entry_of(outer, after)?),
            };
            levels.push((after, here));
        }
        let mut inner = None;
        let mut after = None;
        for (place, level) in levels.into_iter().rev() {
            inner = Some(match level {
                Level::Open(depth) => self.frames.get_mut(depth)?.prefix(after, inner),
                Level::Closed(value) => prefix_of(value, after, inner),
            });
            after = Some(place);
        }
        inner
    }
}

impl Frame {
    fn entry(&self, at: usize) -> Option<Dynamic> {
        match &self.body {
            Body::List(list) => list.get(at).cloned(),
            Body::Map(map) => map.get(at).cloned(),
        }
    }

    /// The container with its first `len` elements (all if `None`) and `tail`.
    fn prefix(&mut self, len: Option<usize>, tail: Option<Dynamic>) -> Dynamic {
        match &mut self.body {
            Body::List(list) => Dynamic::List(list.snapshot(len.unwrap_or_else(|| list.len()), tail)),
            Body::Map(map) => Dynamic::Map(match len {
                None => map.snapshot(tail),
                Some(written) => map.prefix(written, tail),
            }),
        }
    }
}

fn entry_of(value: &Dynamic, at: usize) -> Option<Dynamic> {
    match value {
        Dynamic::List(list) => list.get(at).cloned(),
        Dynamic::Map(map) => map.written_at(at).cloned(),
        _ => None,
    }
}

fn prefix_of(value: Dynamic, len: Option<usize>, tail: Option<Dynamic>) -> Dynamic {
    match (len, value) {
        (Some(len), Dynamic::List(list)) => Dynamic::List(list.prefix(len, tail)),
        (Some(written), Dynamic::Map(map)) => Dynamic::Map(map.prefix(written, tail)),
        (_, other) => other,
    }
}
