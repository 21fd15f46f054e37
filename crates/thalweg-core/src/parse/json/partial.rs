//! [`PartialJson`]: reads a JSON text in pieces.

use super::doc::Doc;
use super::lenient::Lenient;
use super::number::Number;
use super::string::{JsonString, Mending, Read};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Dynamic;

/// How deeply lists and objects may be nested. What is deeper is read as if the text stopped being JSON there.
pub const MAX_DEPTH: usize = 512;

/// A JSON text that comes in pieces, and its value so far.
///
/// The value is that of the longest beginning of the text which becomes JSON when its open strings, lists and
/// objects are closed: unfinished keys, literals and `\u` escapes are left out, an unfinished number counts as
/// far as it is one. Line ends and other control characters may stand in strings; `NaN`, `Infinity` and
/// `-Infinity` are numbers; of two equal keys the last counts, at the place of the first. Half a surrogate
/// pair becomes U+FFFD.
///
/// ```
/// use thalweg_core::parse::json::PartialJson;
///
/// let mut json = PartialJson::new();
/// json.push(r#"{"city": "Ba"#);
/// assert_eq!(json.snapshot().unwrap().to_string(), r#"{"city":"Ba"}"#);
/// json.push(r#"sel", "km"#);
/// assert_eq!(json.snapshot().unwrap().to_string(), r#"{"city":"Basel"}"#);
/// ```
#[derive(Debug)]
pub struct PartialJson {
    at: At,
    doc: Doc,
    /// The string or key, and the number, that is being read.
    string: JsonString,
    number: Number,
    /// Goes on once the text has stopped being JSON.
    lenient: Option<Lenient>,
    /// Whether the input of an action is mended, as in answers of models.
    mends: bool,
    changes: u64,
    work: u64,
    too_deep: bool,
}

#[derive(Clone, Copy, Debug)]
enum At {
    /// Before a value, or before the end of an empty list.
    Value {
        may_close: bool,
    },
    /// Before a key, or before the end of an empty object.
    Key {
        may_close: bool,
    },
    /// Between a key and its colon, and whether the key names an action's input that is mended.
    Colon {
        action: bool,
    },
    /// After the colon of such a key.
    ActionValue,
    After,
    KeyString,
    String,
    Number,
    Literal {
        word: &'static str,
        taken: usize,
    },
    /// The text has stopped being JSON.
    Broken,
}

/// What stands for an action's input in the answers of some agents.
const ACTION: &str = "action_input";

impl Default for PartialJson {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialJson {
    /// An empty text.
    pub fn new() -> Self {
        let at = At::Value { may_close: false };
        let (doc, string, number) = (Doc::new(), JsonString::new(), Number::new());
        Self { at, doc, string, number, lenient: None, mends: false, changes: 0, work: 0, too_deep: false }
    }

    /// A text in which the input of an action is mended.
    pub(super) fn mending() -> Self {
        Self { mends: true, ..Self::new() }
    }

    /// Takes the next piece of the text.
    pub fn push(&mut self, piece: &str) {
        let bytes = piece.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at = match self.at {
                At::String => {
                    self.changes += 1;
                    match self.string.push(piece, at) {
                        Read::All => bytes.len(),
                        Read::Closed(next) => {
                            let text = self.string.finish();
                            self.put(Dynamic::Text(text));
                            next
                        }
                        Read::Broken(here) => self.broken(bytes, here, true),
                    }
                }
                At::KeyString => match self.string.push(piece, at) {
                    Read::All => bytes.len(),
                    Read::Closed(next) => {
                        self.end_key();
                        next
                    }
                    Read::Broken(here) => self.broken(bytes, here, true),
                },
                At::Number if self.number.push(byte) => {
                    self.changes += 1;
                    at + 1
                }
                At::Number if self.number.is_minus() && byte == b'I' => {
                    self.at = At::Literal { word: "-Infinity", taken: 2 };
                    at + 1
                }
                At::Number => self.end_number(bytes, at),
                At::Literal { word, taken } if word.as_bytes().get(taken) == Some(&byte) => {
                    if taken + 1 == word.len() {
                        self.put(literal(word));
                    } else {
                        self.at = At::Literal { word, taken: taken + 1 };
                    }
                    at + 1
                }
                At::Literal { .. } => self.broken(bytes, at, false),
                At::Broken => {
                    if let Some(lenient) = &mut self.lenient {
                        let rest = bytes.get(at..).unwrap_or_default();
                        self.changes += u64::from(lenient.push(rest, &self.doc));
                    }
                    bytes.len()
                }
                _ => {
                    if self.between(byte) {
                        at + 1
                    } else {
                        self.broken(bytes, at, false)
                    }
                }
            };
        }
        self.work += bytes.len() as u64;
    }

    /// One byte outside strings, numbers and literals; whether it may stand there.
    fn between(&mut self, byte: u8) -> bool {
        let space = matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        match self.at {
            At::Colon { .. } if space => self.at = At::Colon { action: false },
            _ if space => {}
            At::After => match (self.doc.in_list(), byte) {
                (Some(true), b',') => self.at = At::Value { may_close: false },
                (Some(false), b',') => self.at = At::Key { may_close: false },
                (Some(true), b']') | (Some(false), b'}') => self.close(),
                _ => return false,
            },
            At::Key { .. } if byte == b'"' => {
                self.string.begin(Mending::Off);
                self.at = At::KeyString;
            }
            At::Key { may_close: true } if byte == b'}' => self.close(),
            At::Colon { action } if byte == b':' => {
                self.at = if action { At::ActionValue } else { At::Value { may_close: false } };
            }
            At::Value { may_close: true } if byte == b']' => self.close(),
            At::Value { .. } => return self.value(byte, Mending::Off),
            At::ActionValue => return self.value(byte, Mending::On),
            _ => return false,
        }
        true
    }

    /// The first byte of a value.
    fn value(&mut self, byte: u8, mending: Mending) -> bool {
        self.at = match byte {
            b'"' => {
                self.string.begin(mending);
                At::String
            }
            b'-' | b'0'..=b'9' => {
                self.number.begin(byte);
                At::Number
            }
            b'{' | b'[' if self.doc.depth() == MAX_DEPTH => {
                self.too_deep = true;
                return false;
            }
            b'{' | b'[' => {
                self.doc.open(byte == b'[');
                if byte == b'[' { At::Value { may_close: true } } else { At::Key { may_close: true } }
            }
            b't' => At::Literal { word: "true", taken: 1 },
            b'f' => At::Literal { word: "false", taken: 1 },
            b'n' => At::Literal { word: "null", taken: 1 },
            b'N' => At::Literal { word: "NaN", taken: 1 },
            b'I' => At::Literal { word: "Infinity", taken: 1 },
            _ => return false,
        };
        self.changes += 1;
        true
    }

    fn close(&mut self) {
        self.at = At::After;
        self.doc.close();
    }

    fn put(&mut self, value: Dynamic) {
        self.at = At::After;
        self.doc.put(value);
        self.changes += 1;
    }

    fn end_key(&mut self) {
        let literal = self.mends && self.string.ends_quoted(ACTION);
        let key = self.string.finish();
        self.at = At::Colon { action: literal && key.ends_with(ACTION) };
        self.doc.set_key(key);
    }

    /// A byte at `at` ends the number before it.
    fn end_number(&mut self, bytes: &[u8], at: usize) -> usize {
        if let Some(value) = self.number.value() {
            self.put(value);
        }
        if self.number.is_complete() { at } else { self.broken(bytes, at, false) }
    }

    /// The byte at `at` cannot stand there: the text is no JSON any more.
    fn broken(&mut self, bytes: &[u8], at: usize, in_string: bool) -> usize {
        // In a string, what breaks is an escape, and the byte belongs to it, unless it ends the string.
        let mut lenient = Lenient::new(&self.doc, in_string, false);
        let next = match bytes.get(at) {
            Some(b'"' | b'\\') => at,
            Some(_) if in_string => at + 1,
            _ => at,
        };
        lenient.push(bytes.get(next..).unwrap_or_default(), &self.doc);
        self.lenient = Some(lenient);
        self.at = At::Broken;
        self.changes += 1;
        bytes.len()
    }

    /// The value so far; `None` if no beginning of the text can be closed to JSON. Where a closing bracket
    /// fits no open one, the value is [`Dynamic::Null`], whatever came before.
    pub fn snapshot(&mut self) -> Option<Dynamic> {
        self.work += 1 + self.doc.depth() as u64;
        if let Some(lenient) = &self.lenient {
            return if lenient.is_mismatch() { Some(Dynamic::Null) } else { lenient.view(&mut self.doc) };
        }
        let tail = match self.at {
            At::String => self.string.so_far().map(Dynamic::Text),
            At::Number => self.number.value(),
            _ => None,
        };
        self.doc.view(self.doc.depth(), tail)
    }

    /// The value of the finished text: the same as a last [`snapshot`](Self::snapshot).
    ///
    /// # Errors
    /// Of kind [`Parse`](ErrorKind::Parse), when there is no value, or when it is nested too deeply to be read.
    pub fn finish(mut self) -> Result<Dynamic> {
        self.snapshot().ok_or_else(|| self.no_value())
    }

    pub(super) fn no_value(&self) -> Error {
        if self.too_deep {
            Error::new(ErrorKind::Parse, format!("the JSON is nested more than {MAX_DEPTH} deep"))
        } else {
            Error::new(ErrorKind::Parse, "not a JSON document")
        }
    }

    /// A number that grows whenever the value may have changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// How many bytes have been looked at, and how many open lists and objects for snapshots; for tests of the
    /// cost.
    pub fn work(&self) -> u64 {
        self.work
    }
}

fn literal(word: &str) -> Dynamic {
    match word {
        "true" => Dynamic::Bool(true),
        "false" => Dynamic::Bool(false),
        "NaN" => Dynamic::Float(f64::NAN),
        "Infinity" => Dynamic::Float(f64::INFINITY),
        "-Infinity" => Dynamic::Float(f64::NEG_INFINITY),
        _ => Dynamic::Null,
    }
}

/// The value of a JSON text that may be cut off, as [`PartialJson`] shows it; `None` if there is none.
///
/// ```
/// use thalweg_core::parse::json::parse_partial_json;
///
/// let value = parse_partial_json(r#"{"query": "rivers", "limit": 1"#).unwrap();
/// assert_eq!(value.to_string(), r#"{"query":"rivers","limit":1}"#);
/// assert!(parse_partial_json("rivers").is_none());
/// ```
pub fn parse_partial_json(text: &str) -> Option<Dynamic> {
    let mut json = PartialJson::new();
    json.push(text);
    json.snapshot()
}
