//! [`Items`]: the items of one list while a patch is made.

/// An item of a list: one that the list had in the beginning, by its index then, or one that was inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    First(usize),
    Inserted(usize),
}

/// All items that a list has at some point of a patch, in their order, and which of them it has now.
///
/// Only items that were inserted or removed are kept; between them stand those that were there from the
/// beginning. An item's index is found by walking from the place that was asked for last, as a patch goes
/// through a list from the left to the right.
#[derive(Debug, Default)]
pub(super) struct Items {
    kept: Vec<Kept>,
    inserted: usize,
    /// A place among the kept items, and how many more items there are before it than there were at first.
    at: usize,
    more: isize,
}

#[derive(Debug)]
struct Kept {
    item: Item,
    /// How many items of the beginning stand before it.
    before: usize,
    present: bool,
}

impl Kept {
    /// What it adds to the number of items.
    fn more(&self) -> isize {
        match (self.item, self.present) {
            (Item::First(_), false) => -1,
            (Item::Inserted(_), true) => 1,
            _ => 0,
        }
    }

    /// Whether it stands before an item of the beginning.
    fn is_before(&self, first: usize) -> bool {
        match self.item {
            Item::First(at) => at < first,
            Item::Inserted(_) => self.before <= first,
        }
    }
}

impl Items {
    fn forward(&mut self) -> bool {
        let Some(kept) = self.kept.get(self.at) else { return false };
        self.more += kept.more();
        self.at += 1;
        true
    }

    fn back(&mut self) -> bool {
        let Some(kept) = self.at.checked_sub(1).and_then(|at| self.kept.get(at)) else { return false };
        self.more -= kept.more();
        self.at -= 1;
        true
    }

    /// The index of the kept item at the place, or the one it would have.
    fn index_here(&self, before: usize) -> usize {
        before.saturating_add_signed(self.more)
    }

    /// Goes to where `item` is kept, or would be; whether it is.
    fn go_to(&mut self, item: Item) -> bool {
        match item {
            Item::First(first) => {
                while self.kept.get(self.at).is_some_and(|kept| kept.is_before(first)) {
                    self.forward();
                }
                while self.last().is_some_and(|(kept, _)| !kept.is_before(first)) {
                    self.back();
                }
                self.kept.get(self.at).is_some_and(|kept| kept.item == item)
            }
            Item::Inserted(_) => {
                let found = (0..=self.kept.len()).find_map(|far| {
                    let is = |at: usize| self.kept.get(at).is_some_and(|kept| kept.item == item);
                    let after = self.at + far;
                    let before = self.at.checked_sub(far);
                    if is(after) { Some(after) } else { before.filter(|at| is(*at)) }
                });
                let Some(found) = found else { return false };
                while self.at < found && self.forward() {}
                while self.at > found && self.back() {}
                true
            }
        }
    }

    /// The index of an item, or the one that it would have if it was there.
    pub(super) fn index_of(&mut self, item: Item) -> usize {
        let kept = self.go_to(item);
        let before = match (item, self.kept.get(self.at)) {
            (Item::First(first), _) => first,
            (_, Some(here)) if kept => here.before,
            _ => 0,
        };
        self.index_here(before)
    }

    /// The item at an index of the list as it is now.
    pub(super) fn at(&mut self, index: usize) -> Item {
        // Behind the last kept item that has that index or a smaller one.
        while self.kept.get(self.at).is_some_and(|kept| self.index_here(kept.before) <= index) {
            self.forward();
        }
        while self.last().is_some_and(|(_, at)| at > index) {
            self.back();
        }
        match self.last() {
            Some((kept, at)) if at == index && kept.present => kept.item,
            _ => Item::First(index.saturating_add_signed(-self.more)),
        }
    }

    /// The kept item before the place, and its index.
    fn last(&self) -> Option<(&Kept, usize)> {
        let kept = self.kept.get(self.at.checked_sub(1)?)?;
        Some((kept, kept.before.saturating_add_signed(self.more - kept.more())))
    }

    /// Inserts a new item at an index, directly behind the item before it.
    pub(super) fn insert(&mut self, index: usize) -> Item {
        let mut before = 0;
        match index.checked_sub(1).map(|index| self.at(index)) {
            None => while self.back() {},
            Some(left) => {
                before = match left {
                    Item::First(first) => first + 1,
                    Item::Inserted(_) => 0,
                };
                if self.go_to(left) {
                    if let Some(kept) = self.kept.get(self.at)
                        && matches!(kept.item, Item::Inserted(_))
                    {
                        before = kept.before;
                    }
                    self.forward();
                }
            }
        }
        let item = Item::Inserted(self.inserted);
        self.inserted += 1;
        self.kept.insert(self.at, Kept { item, before, present: true });
        item
    }

    /// Puts an item into the list or takes it out.
    pub(super) fn set_present(&mut self, item: Item, present: bool) {
        let is_kept = self.go_to(item);
        match (self.kept.get_mut(self.at), item) {
            (Some(kept), _) if is_kept => kept.present = present,
            (_, Item::First(before)) => self.kept.insert(self.at, Kept { item, before, present }),
            _ => {}
        }
    }

    /// Back to the items of the beginning.
    pub(super) fn reset(&mut self) {
        for kept in &mut self.kept {
            kept.present = matches!(kept.item, Item::First(_));
        }
        (self.at, self.more) = (0, 0);
    }
}
