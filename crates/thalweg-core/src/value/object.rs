//! [`Object`]: a value of a user's own type inside a [`Dynamic`](super::Dynamic).

use std::any::{Any, type_name};
use std::fmt;

use serde::Serialize;

/// What a [`Dynamic`](super::Dynamic) knows of a value of a user's type. [`Dynamic::object`] makes one of
/// anything that serializes.
///
/// [`Dynamic::object`]: super::Dynamic::object
pub trait Object: fmt::Debug + Send + Sync + 'static {
    /// The type's name, for error messages.
    fn type_name(&self) -> &'static str;

    /// The value as a JSON text; only called when somebody wants to see it.
    ///
    /// # Errors
    /// When the value has no JSON form.
    fn to_json(&self) -> serde_json::Result<String>;

    /// The value itself, for getting it back by its type.
    fn as_any(&self) -> &dyn Any;
}

/// The [`Object`] of anything that serializes.
#[derive(Debug)]
pub(super) struct Typed<T>(pub(super) T);

impl<T: Serialize + fmt::Debug + Send + Sync + 'static> Object for Typed<T> {
    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }

    fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&self.0)
    }

    fn as_any(&self) -> &dyn Any {
        &self.0
    }
}
