//! [`Index`]: finds things by their hashes, while more are added.

use std::sync::atomic::{AtomicU64, Ordering};

use super::log::Log;

/// A hash table that only grows and can be read while it does. It holds numbers; whoever asks knows what the
/// numbers stand for. One owner adds to it.
///
/// When a table is half full, a new one of twice its size takes over. Old ones stay, for whoever is reading.
#[derive(Debug, Default)]
pub(super) struct Index {
    tables: Log<Table>,
}

#[derive(Debug)]
struct Table {
    /// In each slot, half of a hash above and a number plus one below; 0 if it is free.
    slots: Box<[AtomicU64]>,
}

const FIRST: usize = 32;
const LOW: u64 = 0xFFFF_FFFF;

impl Table {
    fn new(len: usize) -> Self {
        Self { slots: (0..len).map(|_| AtomicU64::new(0)).collect() }
    }

    /// The slots in which something with this hash may be, up to the first free one.
    fn probe(&self, hash: u64) -> impl Iterator<Item = (&AtomicU64, u64)> {
        let start = usize::try_from((hash & LOW) % self.slots.len() as u64).unwrap_or(0);
        let (before, after) = self.slots.split_at(start);
        after.iter().chain(before).map(|slot| (slot, slot.load(Ordering::Acquire)))
    }

    fn put(&self, content: u64) {
        if let Some((slot, _)) = self.probe(content >> 32).find(|(_, taken)| *taken == 0) {
            slot.store(content, Ordering::Release);
        }
    }
}

impl Index {
    fn newest(&self) -> Option<&Table> {
        self.tables.get(self.tables.len().checked_sub(1)?)
    }

    /// The number with this hash of which `is_it` holds.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let hash = hash & LOW;
        let taken =
            self.newest()?.probe(hash).map(|(_, content)| content).take_while(|content| *content != 0);
        let alike = taken.filter(|content| content >> 32 == hash);
        alike.map(|content| usize::try_from((content & LOW) - 1).unwrap_or(0)).find(|number| is_it(*number))
    }

    /// Adds a number; `count` are there already. Numbers beyond 32 bits are not found.
    pub(super) fn add(&self, hash: u64, number: usize, count: usize) {
        let len = self.newest().map_or(0, |table| table.slots.len());
        if count * 2 >= len {
            let table = Table::new((len * 2).max(FIRST));
            for slot in self.newest().into_iter().flat_map(|table| &table.slots) {
                let content = slot.load(Ordering::Acquire);
                if content != 0 {
                    table.put(content);
                }
            }
            // Only the one owner adds, so the place is free.
            let _ = self.tables.push(table);
        }
        if let (Some(table), Ok(number)) = (self.newest(), u32::try_from(number + 1)) {
            table.put((hash & LOW) << 32 | u64::from(number));
        }
    }
}
