//! [`Log`]: a sequence that grows at its end while others read what was there before.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A sequence that only grows. It can be shared: nothing that stands in it ever moves or changes, so whoever
/// knows its length at some moment has a snapshot of that moment.
///
/// One owner appends. (If two did, one of them would find its place taken; see [`push`](Log::push).)
#[derive(Debug)]
pub(crate) struct Log<T> {
    len: AtomicUsize,
    first: Segment<T>,
}

/// Some places, and then twice as many.
#[derive(Debug)]
struct Segment<T> {
    places: Box<[OnceLock<T>]>,
    next: OnceLock<Box<Segment<T>>>,
}

impl<T> Segment<T> {
    fn new(len: usize) -> Self {
        Self { places: (0..len).map(|_| OnceLock::new()).collect(), next: OnceLock::new() }
    }
}

/// Most lists and objects are small.
const FIRST: usize = 4;

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { len: AtomicUsize::new(0), first: Segment::new(FIRST) }
    }
}

impl<T> Log<T> {
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    /// Appends a value; gives it back if another owner has just taken the place.
    pub(crate) fn push(&self, value: T) -> Result<(), T> {
        let len = self.len();
        let mut at = len;
        let mut segment = &self.first;
        while at >= segment.places.len() {
            at -= segment.places.len();
            segment = segment.next.get_or_init(|| Box::new(Segment::new(segment.places.len() * 2)));
        }
        match segment.places.get(at) {
            Some(place) => place.set(value)?,
            None => return Err(value),
        }
        self.len.store(len + 1, Ordering::Release);
        Ok(())
    }

    pub(crate) fn get(&self, mut at: usize) -> Option<&T> {
        let mut segment = &self.first;
        while at >= segment.places.len() {
            at -= segment.places.len();
            segment = segment.next.get()?;
        }
        segment.places.get(at)?.get()
    }

    /// The elements from `from` to before `to`.
    pub(crate) fn range(&self, from: usize, to: usize) -> Range<'_, T> {
        let mut at = from;
        let mut segment = &self.first;
        while at >= segment.places.len() {
            at -= segment.places.len();
            match segment.next.get() {
                Some(next) => segment = next,
                None => break,
            }
        }
        Range { log: self, segment, at, left: to.saturating_sub(from), to }
    }
}

impl Log<usize> {
    /// Of a log whose numbers rise, how many are smaller than `bound`.
    pub(crate) fn count_below(&self, bound: usize) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle).is_some_and(|n| *n < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Of a log whose numbers rise, the last that is smaller than `bound`.
    pub(crate) fn last_below(&self, bound: usize) -> Option<usize> {
        self.get(self.count_below(bound).checked_sub(1)?).copied()
    }
}

/// An iterator over a part of a [`Log`].
pub(crate) struct Range<'a, T> {
    log: &'a Log<T>,
    segment: &'a Segment<T>,
    /// The next place in the segment.
    at: usize,
    left: usize,
    to: usize,
}

impl<'a, T> Iterator for Range<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.left = self.left.checked_sub(1)?;
        if self.at >= self.segment.places.len() {
            self.segment = self.segment.next.get()?;
            self.at = 0;
        }
        self.at += 1;
        self.segment.places.get(self.at - 1)?.get()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> DoubleEndedIterator for Range<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        self.to -= 1;
        self.log.get(self.to)
    }
}

impl<T> ExactSizeIterator for Range<'_, T> {}
