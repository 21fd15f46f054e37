//! Which elements of two lists belong together.
//!
//! This is the method of Ratcliff and Obershelp: the longest run of equal elements, then the same on both sides
//! of it. It works on numbers that are equal where the elements are.

use std::collections::HashMap;

/// Elements `from.0..from.1` of the one list that stand where `to.0..to.1` of the other do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
}

/// From how many elements on those are passed over that make up more than one in a hundred.
const MANY: usize = 200;

/// The runs in which two lists differ, in order. `thorough` matches up frequent elements of long lists too.
pub(super) fn differing(a: &[usize], b: &[usize], thorough: bool) -> Vec<Run> {
    let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, element) in b.iter().enumerate() {
        places.entry(*element).or_default().push(at);
    }
    if !thorough && b.len() >= MANY {
        let most = b.len() / 100 + 1;
        places.retain(|_, places| places.len() <= most);
    }
    let mut blocks = Vec::new();
    let mut open = vec![Run { from: (0, a.len()), to: (0, b.len()) }];
    while let Some(Run { from, to }) = open.pop() {
        let (i, j, len) = longest(a, b, &places, from, to);
        if len > 0 {
            blocks.push((i, j, len));
            if from.0 < i && to.0 < j {
                open.push(Run { from: (from.0, i), to: (to.0, j) });
            }
            if i + len < from.1 && j + len < to.1 {
                open.push(Run { from: (i + len, from.1), to: (j + len, to.1) });
            }
        }
    }
    blocks.sort_unstable();
    blocks.push((a.len(), b.len(), 0));
    let (mut i, mut j) = (0, 0);
    let mut runs = Vec::new();
    for (next_i, next_j, len) in blocks {
        if i < next_i || j < next_j {
            runs.push(Run { from: (i, next_i), to: (j, next_j) });
        }
        (i, j) = (next_i + len, next_j + len);
    }
    runs
}

/// The longest run of equal elements within two parts: where it begins in each, and its length. Of several the
/// first in `a` counts, then the first in `b`.
fn longest(
    a: &[usize],
    b: &[usize],
    places: &HashMap<usize, Vec<usize>>,
    from: (usize, usize),
    to: (usize, usize),
) -> (usize, usize, usize) {
    let (mut i, mut j, mut len) = (from.0, to.0, 0);
    // For each place in `b`, how long the run is that ends there and at the last element of `a`.
    let mut ending: HashMap<usize, usize> = HashMap::new();
    for (at, element) in a.iter().enumerate().take(from.1).skip(from.0) {
        let mut next = HashMap::new();
        let places = places.get(element).map(Vec::as_slice).unwrap_or_default();
        let first = places.partition_point(|place| *place < to.0);
        for &place in places.iter().skip(first).take_while(|place| **place < to.1) {
            let run = 1 + place.checked_sub(1).and_then(|place| ending.get(&place)).unwrap_or(&0);
            next.insert(place, run);
            if run > len {
                (i, j, len) = (at + 1 - run, place + 1 - run, run);
            }
        }
        ending = next;
    }
    // Elements that were passed over may be equal too.
    while i > from.0 && j > to.0 && a.get(i - 1) == b.get(j - 1) {
        (i, j, len) = (i - 1, j - 1, len + 1);
    }
    while i + len < from.1 && j + len < to.1 && a.get(i + len) == b.get(j + len) {
        len += 1;
    }
    (i, j, len)
}
