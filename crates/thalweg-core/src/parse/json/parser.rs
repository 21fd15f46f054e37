//! [`JsonParser`]: reads the JSON in the answer of a model.

use super::edges::Edges;
use super::fence::Fence;
use super::partial::PartialJson;
use crate::error::Result;
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
    whole: Trimmed,
    fence: Fence,
    fenced: Option<Box<Trimmed>>,
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
        Self { whole, fence: Fence::new(), fenced: None }
    }

    /// Takes the next piece of the answer.
    pub fn push(&mut self, piece: &str) {
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

    /// The value of the finished answer, which may be cut off, as it is while streaming.
    ///
    /// # Errors
    /// Of kind [`Parse`](crate::ErrorKind::Parse), when there is no JSON in the answer.
    pub fn finish(mut self) -> Result<Dynamic> {
        self.value().ok_or_else(|| self.whole.json.no_value())
    }
}
