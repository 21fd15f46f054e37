//! [`patch`]: the JSON Patch (RFC 6902) that makes one snapshot of another.
//!
//! The operations are those that `jsonpatch.make_patch` (version 1.47) gives, in their order, with its moves.
//! What two snapshots share is not looked at.
//!
//! Within: `apply` changes a document as operations say; `builder` compares and records, `runs` and `matching` decide which elements of lists belong
//! together, `stored` finds moves, `places` and `items` keep track of indices.

mod apply;
mod builder;
mod items;
mod matching;
mod places;
mod runs;
mod stored;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::path::{Path, Step};
use crate::value::growing::GrowingMap;
use crate::value::{Dynamic, Text};

/// An operation of a JSON Patch.
///
/// ```
/// use thalweg_core::parse::json::PatchOp;
/// use thalweg_core::value::Dynamic;
///
/// let op = PatchOp::Add { path: "/a".into(), value: Dynamic::from(1) };
/// assert_eq!(Dynamic::from(op).to_string(), r#"{"op":"add","path":"/a","value":1}"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum PatchOp {
    /// Sets a key, or inserts an element before the one at this index.
    Add {
        /// Where, as a JSON Pointer.
        path: Text,
        /// What.
        value: Dynamic,
    },
    /// Takes out a value.
    Remove {
        /// Where, as a JSON Pointer.
        path: Text,
    },
    /// Puts a value in the place of another.
    Replace {
        /// Where, as a JSON Pointer.
        path: Text,
        /// The new value.
        value: Dynamic,
    },
    /// Takes out a value and adds it elsewhere.
    Move {
        /// Where it was, as a JSON Pointer.
        from: Text,
        /// Where it is to be, after it was taken out.
        path: Text,
    },
}

impl PatchOp {
    fn parts(self) -> (&'static str, Option<Text>, Text, Option<Dynamic>) {
        match self {
            Self::Add { path, value } => ("add", None, path, Some(value)),
            Self::Remove { path } => ("remove", None, path, None),
            Self::Replace { path, value } => ("replace", None, path, Some(value)),
            Self::Move { from, path } => ("move", Some(from), path, None),
        }
    }
}

/// The operation as an object, in the form of RFC 6902.
impl From<PatchOp> for Dynamic {
    fn from(op: PatchOp) -> Self {
        let mut map = GrowingMap::default();
        let mut put = |key, value| {
            map.set_key(Text::from_static(key));
            map.push(value);
        };
        let (name, from, path, value) = op.parts();
        put("op", Self::Text(Text::from_static(name)));
        if let Some(from) = from {
            put("from", Self::Text(from));
        }
        put("path", Self::Text(path));
        if let Some(value) = value {
            put("value", value);
        }
        Self::Map(map.finish())
    }
}

/// As an object, in the form of RFC 6902.
impl Serialize for PatchOp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, from, path, value) = self.clone().parts();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("op", name)?;
        if let Some(from) = from {
            map.serialize_entry("from", &from)?;
        }
        map.serialize_entry("path", &path)?;
        if let Some(value) = value {
            map.serialize_entry("value", &value)?;
        }
        map.end()
    }
}

/// The operations that make `to` of `from`; nothing at all counts as `null`.
///
/// ```
/// use thalweg_core::parse::json::patch;
/// use thalweg_core::value::Dynamic;
///
/// let from = Dynamic::parse(r#"{"a": [1]}"#)?;
/// let to = Dynamic::parse(r#"{"a": [1, 2]}"#)?;
/// let ops: Vec<String> = patch(Some(&from), &to).into_iter().map(|op| Dynamic::from(op).to_string()).collect();
/// assert_eq!(ops, [r#"{"op":"add","path":"/a/1","value":2}"#]);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub fn patch(from: Option<&Dynamic>, to: &Dynamic) -> Vec<PatchOp> {
    builder::patch(from.unwrap_or(&Dynamic::Null), to)
}
