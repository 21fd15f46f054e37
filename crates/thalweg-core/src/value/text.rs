//! [`Text`]: a string that clones in constant time.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::growing::Log;

/// An immutable string whose clone never copies its bytes.
///
/// Up to 23 bytes live inside the value, longer texts behind a reference count, so that the token-sized
/// pieces that models send need no allocation and one text can stand in many events.
///
/// ```
/// use thalweg_core::value::Text;
///
/// let text = Text::from("hello");
/// assert_eq!(text, "hello");
/// assert_eq!(text.clone().len(), 5);
/// ```
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Flat(SmolStr),
    /// A snapshot of a long text that was being parsed.
    Grown(Arc<Grown>),
}

struct Grown {
    pieces: Arc<Log<SmolStr>>,
    /// How many of the pieces belong to the snapshot.
    count: usize,
    /// One more character.
    extra: Option<char>,
    len: usize,
    /// The text in one piece, since somebody asked for it.
    flat: OnceLock<Box<str>>,
}

impl Grown {
    fn flat(&self) -> &str {
        self.flat.get_or_init(|| {
            let mut flat = String::with_capacity(self.len);
            flat.extend(self.pieces.range(0, self.count).map(SmolStr::as_str));
            flat.extend(self.extra);
            flat.into_boxed_str()
        })
    }
}

impl Text {
    /// The empty text.
    pub const EMPTY: Self = Self::from_static("");

    /// A text over a string that lives as long as the program; never allocates.
    pub const fn from_static(text: &'static str) -> Self {
        Self(Repr::Flat(SmolStr::new_static(text)))
    }

    /// All pieces of a log so far, of `len` bytes in all, and one more character.
    pub(super) fn grown(pieces: Arc<Log<SmolStr>>, len: usize, extra: Option<char>) -> Self {
        let count = pieces.len();
        let len = len + extra.map_or(0, char::len_utf8);
        Self(Repr::Grown(Arc::new(Grown { pieces, count, extra, len, flat: OnceLock::new() })))
    }

    /// The text as a string slice. A long text that comes from a parser before its end is put together at the
    /// first call.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Flat(text) => text.as_str(),
            Repr::Grown(grown) => grown.flat(),
        }
    }

    /// The length in bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Repr::Flat(text) => text.len(),
            Repr::Grown(grown) => grown.len,
        }
    }

    /// Whether there is no character.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Flat(a), Repr::Flat(b)) => {
                // Often it is one text, such as the id that all chunks of a message carry.
                let (a, b) = (a.as_str(), b.as_str());
                std::ptr::eq(a, b) || a == b
            }
            _ if self.len() != other.len() => false,
            (Repr::Grown(a), Repr::Grown(b)) if Arc::ptr_eq(&a.pieces, &b.pieces) && a.count == b.count => {
                a.extra == b.extra
            }
            _ => self.as_str() == other.as_str(),
        }
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Repr::Flat(SmolStr::new(text)))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Flat(SmolStr::from(text)))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(Repr::Flat(SmolStr::new(text)))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Repr::Flat(SmolStr::from(text)))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(Repr::Flat(SmolStr::from(text)))
    }
}

impl From<char> for Text {
    fn from(c: char) -> Self {
        Self(Repr::Flat(SmolStr::new(c.encode_utf8(&mut [0; 4]))))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        match text.0 {
            Repr::Flat(text) => text.into(),
            Repr::Grown(grown) => grown.flat().to_owned(),
        }
    }
}

impl FromIterator<char> for Text {
    fn from_iter<T: IntoIterator<Item = char>>(chars: T) -> Self {
        Self(Repr::Flat(chars.into_iter().collect()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
