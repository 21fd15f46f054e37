//! [`same`]: when two values count as the same, so that the second needs not be shown.

use crate::parse::json;
use crate::schema::Record;
use crate::value::Dynamic;

/// Whether both are the same to a reader: numbers by their value, records field by field. Parts that two values share
/// are not compared.
pub(super) fn same(a: &Dynamic, b: &Dynamic) -> bool {
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => {
            let shared = a.shared(b);
            a.len() == b.len() && a.iter_from(shared).zip(b.iter_from(shared)).all(|(a, b)| same(a, b))
        }
        (Dynamic::Map(a), Dynamic::Map(b)) => {
            let equal = |key: &str| a.get(key).zip(b.get(key)).is_some_and(|(a, b)| same(a, b));
            a.len() == b.len()
                && match b.written_since(a) {
                    Some(mut keys) => keys.all(|key| equal(key)),
                    None => a.keys().all(|key| equal(key)),
                }
        }
        _ => match (Record::of(a), Record::of(b)) {
            (Some(a), Some(b)) => same_record(a, b),
            _ => json::same(a, b, &mut 0),
        },
    }
}

pub(super) fn same_record(a: &Record, b: &Record) -> bool {
    let same_field = |(key, value)| b.fields().get(key).is_some_and(|other| same(value, other));
    a.schema() == b.schema() && a.fields().iter().all(|(key, value)| same_field((key.as_str(), value)))
}
