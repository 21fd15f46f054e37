//! [`JsonParser`]: reads the JSON in the answer of a model.

use super::change::Change;
use super::edges::Edges;
use super::fence::Fence;
use super::partial::PartialJson;
use super::same::same;
use crate::error::Result;
use crate::excerpt::Beginning;
use crate::value::Dynamic;

/// The JSON in the answer of a model, while the answer is still being written.
///
/// The text is read as [`PartialJson`] does, without white space and back ticks at its ends. If that gives no
/// value, what follows the first fence (three back ticks, with `json` after them or not) is read so instead.
///
/// ```
/// use thalweg_core::parse::json::JsonParser;
///
/// let mut parser = JsonParser::new();
/// parser.push("Here it is:\n```json\n{\"river\": \"Rh");
/// assert_eq!(parser.snapshot().unwrap().to_string(), r#"{"river":"Rh"}"#);
/// parser.push("ine\"}\n```\nAnything else?");
/// assert_eq!(parser.finish()?.to_string(), r#"{"river":"Rhine"}"#);
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Debug)]
pub struct JsonParser {
    /// For the error, if there is no JSON.
    beginning: Beginning,
    whole: Trimmed,
    fence: Fence,
    fenced: Option<Box<Trimmed>>,
    /// The value of the last change that was taken.
    taken: Option<Dynamic>,
    /// A later value that was found to be the same, so that what lies between is not compared again.
    seen: Option<Dynamic>,
    /// The state of the machines when that was last compared with the value.
    compared: u64,
    work: u64,
}

#[derive(Debug)]
struct Trimmed {
    edges: Edges,
    json: PartialJson,
}

impl Trimmed {
    fn push(&mut self, piece: &str) {
        self.edges.push(piece, |text| self.json.push(text));
    }
}

impl Default for JsonParser {
    fn default() -> Self {
        Self::new()
    }
}

impl JsonParser {
    /// A parser before its first piece.
    pub fn new() -> Self {
        let whole = Trimmed { edges: Edges::of_text(), json: PartialJson::mending() };
        Self {
            beginning: Beginning::default(),
            whole,
            fence: Fence::new(),
            fenced: None,
            taken: None,
            seen: None,
            compared: 0,
            work: 0,
        }
    }

    /// Takes the next piece of the answer.
    pub fn push(&mut self, piece: &str) {
        self.beginning.push(piece);
        self.whole.push(piece);
        if let Some(fenced) = &mut self.fenced {
            fenced.push(piece);
        } else if let Some((letters, rest)) = self.fence.push(piece) {
            let mut fenced = Trimmed { edges: Edges::of_rest(), json: PartialJson::mending() };
            fenced.push(letters);
            fenced.push(rest);
            self.fenced = Some(Box::new(fenced));
        }
    }

    fn value(&mut self) -> Option<Dynamic> {
        self.whole.json.snapshot().or_else(|| self.fenced.as_mut()?.json.snapshot())
    }

    /// The value so far; `None` where nothing can be shown: no JSON yet, or `null`.
    pub fn snapshot(&mut self) -> Option<Dynamic> {
        self.value().filter(|value| !value.is_null())
    }

    /// What is new since the last change that was taken: `None` if the value is the same or cannot be shown.
    /// Numbers that only differ in kind, as `1` and `1.0`, are the same.
    ///
    /// ```
    /// use thalweg_core::parse::json::JsonParser;
    ///
    /// let mut parser = JsonParser::new();
    /// parser.push(r#"{"rivers": ["Rhi"#);
    /// let change = parser.take_change().unwrap();
    /// assert_eq!(change.value().to_string(), r#"{"rivers":["Rhi"]}"#);
    /// parser.push("ne");
    /// let change = parser.take_change().unwrap();
    /// assert_eq!(change.paths()[0].to_string(), "/rivers/0");
    /// parser.push(r#"", "#);
    /// assert!(parser.take_change().is_none());
    /// ```
    pub fn take_change(&mut self) -> Option<Change> {
        let state =
            self.whole.json.changes() + self.fenced.as_ref().map_or(0, |fenced| fenced.json.changes());
        if std::mem::replace(&mut self.compared, state) == state {
            return None;
        }
        let value = self.snapshot()?;
        let last = self.seen.as_ref().or(self.taken.as_ref());
        if last.is_some_and(|last| same(last, &value, &mut self.work)) {
            self.seen = Some(value);
            return None;
        }
        self.seen = None;
        Some(Change::new(self.taken.replace(value.clone()), value))
    }

    /// How many bytes and values have been looked at, for tests of the cost.
    pub fn work(&self) -> u64 {
        let fenced = self.fenced.as_ref().map_or(0, |fenced| fenced.json.work());
        self.work + self.whole.json.work() + fenced
    }

    /// The value of the finished answer, which may be cut off, as it is while streaming.
    ///
    /// # Errors
    /// Of kind [`Parse`](crate::ErrorKind::Parse), when there is no JSON in the answer.
    pub fn finish(mut self) -> Result<Dynamic> {
        self.value().ok_or_else(|| self.whole.json.no_value().with("text", self.beginning.excerpt()))
    }
}
