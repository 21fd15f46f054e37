//! Two notions of equality, both without looking at what two snapshots share.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::value::{Dynamic, List, Map, Text};

/// Whether a reader would take both for the same value: numbers compare by value, whatever their kind, and
/// truth values are 1 and 0. `work` counts the values that are looked at.
pub(crate) fn same<'a>(mut a: &'a Dynamic, mut b: &'a Dynamic, work: &mut u64) -> bool {
    *work += 1;
    // Mostly two snapshots differ in what is unfinished alone.
    while let Some(tails) = only_tails(a, b) {
        (a, b) = tails;
        *work += 1;
    }
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => same_list(a, b, |a, b| same(a, b, work)),
        (Dynamic::Map(a), Dynamic::Map(b)) => {
            *work += a.written_apart(b) as u64;
            same_map(a, b, |a, b| same(a, b, work))
        }
        _ => same_scalar(a, b),
    }
}

/// Whether both are written as the same JSON, but for the order of keys: `1` and `1.0` are not.
pub(super) fn same_json(a: &Dynamic, b: &Dynamic) -> bool {
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => same_list(a, b, same_json),
        (Dynamic::Map(a), Dynamic::Map(b)) => same_map(a, b, same_json),
        (Dynamic::Float(a), Dynamic::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        _ => a == b,
    }
}

/// A hash that is equal for values that are the same JSON. Of a long text only the length counts.
pub(super) fn hash_json(value: &Dynamic) -> u64 {
    const SHORT: usize = 64;
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(value).hash(&mut hasher);
    match value {
        Dynamic::Bool(b) => b.hash(&mut hasher),
        Dynamic::Int(n) => n.hash(&mut hasher),
        Dynamic::Float(n) if n.is_nan() => {}
        Dynamic::Float(n) => n.to_bits().hash(&mut hasher),
        Dynamic::Text(text) | Dynamic::BigInt(text) if text.len() > SHORT => text.len().hash(&mut hasher),
        Dynamic::Text(text) | Dynamic::BigInt(text) => text.hash(&mut hasher),
        Dynamic::List(list) => list.iter().for_each(|value| hash_json(value).hash(&mut hasher)),
        Dynamic::Map(map) => {
            let entries = map.iter().map(|(key, value)| {
                let mut hasher = DefaultHasher::new();
                (key.len(), hash_json(value)).hash(&mut hasher);
                hasher.finish()
            });
            entries.fold(0, u64::wrapping_add).hash(&mut hasher);
        }
        _ => {}
    }
    hasher.finish()
}

fn only_tails<'a>(a: &'a Dynamic, b: &'a Dynamic) -> Option<(&'a Dynamic, &'a Dynamic)> {
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => a.only_tails(b),
        (Dynamic::Map(a), Dynamic::Map(b)) => a.only_tails(b),
        _ => None,
    }
}

fn same_list(a: &List, b: &List, mut same: impl FnMut(&Dynamic, &Dynamic) -> bool) -> bool {
    let shared = a.shared(b);
    a.len() == b.len() && a.iter_from(shared).zip(b.iter_from(shared)).all(|(a, b)| same(a, b))
}

fn same_map(a: &Map, b: &Map, mut same: impl FnMut(&Dynamic, &Dynamic) -> bool) -> bool {
    let mut both = |a: Option<&Dynamic>, b: Option<&Dynamic>| match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    };
    if a.len() != b.len() {
        return false;
    }
    match b.written_since(a) {
        Some(mut keys) => keys.all(|key| both(a.get(key), b.get(key))),
        None => a.iter().all(|(key, value)| both(Some(value), b.get(key))),
    }
}

#[expect(clippy::float_cmp, reason = "the question is whether they are equal")]
fn same_scalar(a: &Dynamic, b: &Dynamic) -> bool {
    match (number(a), number(b)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => a == b,
        (Some(Number::Float(a)), Some(Number::Float(b))) => a == b || (a.is_nan() && b.is_nan()),
        (Some(Number::Int(int)), Some(Number::Float(float)))
        | (Some(Number::Float(float)), Some(Number::Int(int))) => same_number(int, float),
        (Some(Number::Big(a)), Some(Number::Big(b))) => a == b,
        (Some(Number::Big(digits)), Some(Number::Float(float)))
        | (Some(Number::Float(float)), Some(Number::Big(digits))) => {
            // A finite number of this size is an integer, which is written with all its digits.
            float.is_finite() && digits.len() < 400 && *digits == format!("{float:.0}")
        }
        (Some(_), Some(_)) => false,
        _ => a == b,
    }
}

enum Number<'a> {
    Int(i64),
    Big(&'a Text),
    Float(f64),
}

fn number(value: &Dynamic) -> Option<Number<'_>> {
    match value {
        Dynamic::Bool(b) => Some(Number::Int(i64::from(*b))),
        Dynamic::Int(n) => Some(Number::Int(*n)),
        Dynamic::BigInt(digits) => Some(Number::Big(digits)),
        Dynamic::Float(n) => Some(Number::Float(*n)),
        _ => None,
    }
}

/// Exactly, though not every integer of 64 bits is a floating-point number.
#[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest, which is no i64")]
fn same_number(int: i64, float: f64) -> bool {
    float.fract() == 0.0 && float as i128 == i128::from(int)
}
