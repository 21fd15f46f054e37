//! [`Same`]: when two values count as the same, so that the second needs not be shown.

use crate::value::Dynamic;

/// Which values are the same. Parts that two values share are not compared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Same {
    /// Those that are equal.
    Exactly,
    /// Those that Python takes for equal: `1`, `1.0` and `true` are.
    AsPython,
}

impl Same {
    pub(super) fn is(self, a: &Dynamic, b: &Dynamic) -> bool {
        match self {
            Self::Exactly => a == b,
            Self::AsPython => as_python(a, b),
        }
    }
}

#[allow(clippy::float_cmp, reason = "Python compares so")]
fn as_python(a: &Dynamic, b: &Dynamic) -> bool {
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => {
            let shared = a.shared(b);
            a.len() == b.len() && a.iter_from(shared).zip(b.iter_from(shared)).all(|(a, b)| as_python(a, b))
        }
        (Dynamic::Map(a), Dynamic::Map(b)) => {
            let equal = |key: &str| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => as_python(a, b),
                _ => false,
            };
            a.len() == b.len()
                && match b.written_since(a) {
                    Some(mut keys) => keys.all(|key| equal(key)),
                    None => a.keys().all(|key| equal(key)),
                }
        }
        (Dynamic::Float(_), Dynamic::Int(_) | Dynamic::BigInt(_) | Dynamic::Bool(_))
        | (Dynamic::Int(_) | Dynamic::BigInt(_) | Dynamic::Bool(_), Dynamic::Float(_)) => {
            number(a) == number(b)
        }
        (Dynamic::Bool(a), Dynamic::Int(b)) | (Dynamic::Int(b), Dynamic::Bool(a)) => i64::from(*a) == *b,
        _ => a == b,
    }
}

fn number(value: &Dynamic) -> Option<f64> {
    match value {
        Dynamic::Bool(b) => Some(f64::from(u8::from(*b))),
        other => other.as_f64(),
    }
}
