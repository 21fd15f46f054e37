//! Which parts of a list a patch has to change.

use std::collections::HashMap;

use super::matching::{Run, differing};
use crate::parse::json::same::{hash_json, same, same_json};
use crate::value::{Dynamic, List};

/// Up to which product of their lengths all equal elements of two lists are matched up.
const THOROUGH: usize = 500 * 500;

/// The runs of elements that differ between two lists. What both begin and end with is left out; between, equal
/// elements are matched up, unless changing element by element takes no more operations.
pub(super) fn runs(from: &List, to: &List) -> Vec<Run> {
    let mut start = from.shared(to);
    if (from.len() - start, to.len() - start) == (1, 1) {
        // Mostly an element that grows: whether it differs will be seen when it is gone into.
        return vec![Run { from: (start, start + 1), to: (start, start + 1) }];
    }
    start += from.iter_from(start).zip(to.iter_from(start)).take_while(|(a, b)| same_json(a, b)).count();
    let backwards = from.iter_from(start).rev().zip(to.iter_from(start).rev());
    let end = backwards.take_while(|(a, b)| same_json(a, b)).count();
    let whole = Run { from: (start, from.len() - end), to: (start, to.len() - end) };
    let a: Vec<_> = part(from, whole.from).collect();
    let b: Vec<_> = part(to, whole.to).collect();
    match (a.as_slice(), b.as_slice()) {
        ([], []) => return Vec::new(),
        ([], _) | (_, []) => return vec![whole],
        // A first look at the most frequent case, an element that has grown and some that came after it.
        ([one], _) if !b.iter().any(|other| same_json(one, other)) => return vec![whole],
        _ => {}
    }
    let (a_numbers, b_numbers) = numbers(&a, &b);
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for number in &b_numbers {
        *counts.entry(*number).or_default() += 1;
    }
    let comparisons: usize = a_numbers.iter().filter_map(|number| counts.get(number)).sum();
    if comparisons == 0 {
        return vec![whole];
    }
    let cost = |run: Run| {
        let pairs = (run.from.0..run.from.1).zip(run.to.0..run.to.1);
        let changed = pairs.filter_map(|(i, j)| match (a_numbers.get(i), b_numbers.get(j)) {
            (Some(x), Some(y)) if x != y => Some(change(a.get(i)?, b.get(j)?)),
            _ => None,
        });
        (run.from.1 - run.from.0).abs_diff(run.to.1 - run.to.0) + changed.sum::<usize>()
    };
    let whole_cost = cost(Run { from: (0, a.len()), to: (0, b.len()) });
    let thorough = a.len().saturating_mul(b.len()) <= THOROUGH;
    if !thorough && comparisons > THOROUGH.max(whole_cost.saturating_mul(whole_cost)) {
        return vec![whole];
    }
    let runs = differing(&a_numbers, &b_numbers, thorough);
    if runs.iter().map(|run| cost(*run)).sum::<usize>() > whole_cost {
        return vec![whole];
    }
    let shift = |(from, to)| (from + start, to + start);
    runs.into_iter().map(|run| Run { from: shift(run.from), to: shift(run.to) }).collect()
}

fn part(list: &List, (from, to): (usize, usize)) -> impl Iterator<Item = &Dynamic> {
    list.iter_from(from).take(to - from)
}

/// A number for each element, the same for elements that are the same JSON.
fn numbers(a: &[&Dynamic], b: &[&Dynamic]) -> (Vec<usize>, Vec<usize>) {
    let mut known: HashMap<u64, Vec<(usize, &Dynamic)>> = HashMap::new();
    let mut count = 0;
    let mut all = a.iter().chain(b).map(|value| {
        let alike = known.entry(hash_json(value)).or_default();
        if let Some((number, _)) = alike.iter().find(|(_, other)| same_json(value, other)) {
            return *number;
        }
        alike.push((count, value));
        count += 1;
        count - 1
    });
    (all.by_ref().take(a.len()).collect(), all.collect())
}

/// About how many operations it takes to make `to` of `from`, element by element.
fn change(from: &Dynamic, to: &Dynamic) -> usize {
    if same(from, to, &mut 0) {
        return 0;
    }
    match (from, to) {
        (Dynamic::Map(from), Dynamic::Map(to)) => {
            let changed = from.iter().map(|(key, value)| to.get(key).map_or(1, |other| change(value, other)));
            changed.sum::<usize>() + to.keys().filter(|key| !from.contains_key(key)).count()
        }
        (Dynamic::List(from), Dynamic::List(to)) => {
            let shared = from.shared(to);
            let pairs = from.iter_from(shared).zip(to.iter_from(shared));
            from.len().abs_diff(to.len()) + pairs.map(|(from, to)| change(from, to)).sum::<usize>()
        }
        _ => 1,
    }
}
