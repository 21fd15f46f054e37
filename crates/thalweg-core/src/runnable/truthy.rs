//! [`Truthy`]: what counts as a condition that holds.

use crate::value::Dynamic;

/// Values that can be conditions.
///
/// ```
/// use thalweg_core::runnable::Truthy;
/// use thalweg_core::value::Dynamic;
///
/// assert!(Dynamic::from("text").is_truthy());
/// assert!(!Dynamic::from("").is_truthy());
/// assert!(!Dynamic::from(0).is_truthy());
/// ```
#[diagnostic::on_unimplemented(
    message = "a condition gives `bool` or `Dynamic`, not `{Self}`",
    label = "this is no condition"
)]
pub trait Truthy {
    /// Whether the condition holds.
    fn is_truthy(&self) -> bool;
}

impl Truthy for bool {
    fn is_truthy(&self) -> bool {
        *self
    }
}

/// As in Python: nothing, zero and what is empty do not hold, all else does.
impl Truthy for Dynamic {
    fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(b) => *b,
            Self::Int(n) => *n != 0,
            Self::Float(n) => *n != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            _ => true,
        }
    }
}
