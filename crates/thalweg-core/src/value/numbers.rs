//! [`Value`] for numbers, which add up, and for truth values and nothing, of which the last one counts.

use super::{Dynamic, Fold, Last, Value, empty_stream, schema};
use crate::error::Result;

/// Adds numbers; integers stop at their bounds.
///
/// ```
/// use thalweg_core::value::{Fold, NumberFold};
///
/// let mut fold = NumberFold::default();
/// fold.push(&1_i64);
/// fold.push(&2);
/// assert_eq!(fold.finish(), Some(3));
/// ```
#[derive(Debug)]
pub struct NumberFold<N>(Option<N>);

impl<N> Default for NumberFold<N> {
    fn default() -> Self {
        Self(None)
    }
}

/// Primitive types differ in nothing but their name, their fold and how they become dynamic; no trait of the
/// standard library speaks of all of them.
macro_rules! primitives {
    ($($type:ty, $name:literal, $fold:ty, $dynamic:expr;)+) => {$(
        impl Value for $type {
            type Chunk = Self;
            type Fold = $fold;

            fn into_chunk(self) -> Self {
                self
            }

            fn from_sum(sum: Option<Self>) -> Result<Self> {
                sum.ok_or_else(empty_stream::<Self>)
            }

            fn to_dynamic(&self) -> Dynamic {
                let dynamic: fn(Self) -> Dynamic = $dynamic;
                dynamic(*self)
            }

            fn chunk_to_dynamic(chunk: &Self) -> Dynamic {
                chunk.to_dynamic()
            }

            fn schema() -> Dynamic {
                schema("type", $name)
            }
        }
    )+};
}

primitives! {
    (), "null", Last<Self>, Dynamic::from;
    bool, "boolean", Last<Self>, Dynamic::from;
    i32, "integer", NumberFold<Self>, Dynamic::from;
    u32, "integer", NumberFold<Self>, Dynamic::from;
    i64, "integer", NumberFold<Self>, Dynamic::from;
    u64, "integer", NumberFold<Self>, Dynamic::from;
    usize, "integer", NumberFold<Self>, Dynamic::from;
    f32, "number", NumberFold<Self>, |n| Dynamic::Float(n.into());
    f64, "number", NumberFold<Self>, Dynamic::from;
}

/// How two numbers of each type add up without overflow.
macro_rules! sums {
    ($($type:ty, $add:expr;)+) => {$(
        impl Fold<$type> for NumberFold<$type> {
            fn push(&mut self, chunk: &$type) -> bool {
                let add: fn($type, $type) -> $type = $add;
                self.0 = Some(self.0.map_or(*chunk, |own| add(own, *chunk)));
                true
            }

            fn finish(self) -> Option<$type> {
                self.0
            }
        }
    )+};
}

sums! {
    i32, i32::saturating_add;
    u32, u32::saturating_add;
    i64, i64::saturating_add;
    u64, u64::saturating_add;
    usize, usize::saturating_add;
    f32, |a, b| a + b;
    f64, |a, b| a + b;
}
