//! [`Places`]: places in a document that stay the same while lists around them change.

use std::collections::HashMap;

use super::Step;
use super::items::{Item, Items};
use crate::value::Text;

/// The places that a patch has to do with, as a tree. A place in a list is an item, not an index: items stay
/// what they are when others are inserted before them.
#[derive(Debug)]
pub(super) struct Places(Vec<Node>);

/// A place, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(usize);

#[derive(Debug)]
struct Node {
    outer: Option<(Place, Part)>,
    inner: HashMap<Part, Place>,
    items: Items,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Part {
    Key(Text),
    Item(Item),
}

impl Places {
    pub(super) const ROOT: Place = Place(0);

    pub(super) fn new() -> Self {
        Self(vec![Node { outer: None, inner: HashMap::new(), items: Items::default() }])
    }

    /// The place that is reached from `outer` by a step now.
    pub(super) fn inner(&mut self, outer: Place, step: &Step) -> Place {
        let part = match step {
            Step::Key(key) => Part::Key(key.clone()),
            Step::Index(index) => {
                Part::Item(self.items(outer).map_or(Item::First(*index), |items| items.at(*index)))
            }
        };
        self.part(outer, part)
    }

    /// The place of something new; in a list, it is inserted at the index.
    pub(super) fn new_inner(&mut self, outer: Place, step: &Step) -> Place {
        let part = match step {
            Step::Key(key) => Part::Key(key.clone()),
            Step::Index(at) => {
                Part::Item(self.items(outer).map_or(Item::First(*at), |items| items.insert(*at)))
            }
        };
        self.part(outer, part)
    }

    fn items(&mut self, place: Place) -> Option<&mut Items> {
        self.0.get_mut(place.0).map(|node| &mut node.items)
    }

    fn part(&mut self, outer: Place, part: Part) -> Place {
        let new = Place(self.0.len());
        let Some(node) = self.0.get_mut(outer.0) else { return outer };
        if let Some(known) = node.inner.get(&part) {
            return *known;
        }
        node.inner.insert(part.clone(), new);
        self.0.push(Node { outer: Some((outer, part)), inner: HashMap::new(), items: Items::default() });
        new
    }

    /// The way from the root to a place as the document is now.
    pub(super) fn path(&mut self, mut place: Place) -> Vec<Step> {
        let mut path = Vec::new();
        while let Some((outer, part)) = self.0.get(place.0).and_then(|node| node.outer.clone()) {
            path.push(match part {
                Part::Key(key) => Step::Key(key),
                Part::Item(item) => Step::Index(self.items(outer).map_or(0, |items| items.index_of(item))),
            });
            place = outer;
        }
        path.reverse();
        path
    }

    /// Puts the item at a place into its list or takes it out; does nothing at a place in an object.
    pub(super) fn set_present(&mut self, place: Place, present: bool) {
        if let Some((outer, Part::Item(item))) = self.0.get(place.0).and_then(|node| node.outer.clone())
            && let Some(items) = self.items(outer)
        {
            items.set_present(item, present);
        }
    }

    /// Back to the document as it was in the beginning.
    pub(super) fn reset(&mut self) {
        for node in &mut self.0 {
            node.items.reset();
        }
    }
}
