//! What a chain is made of: for those who look at it instead of running it.
//!
//! [`Description`] is the tree of steps; it is drawn in `mermaid` and `ascii`.

mod ascii;
mod mermaid;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Chain, Streaming};
use crate::run::RunKind;
use crate::value::{Dynamic, Text, Value};

/// What a chain is made of.
///
/// ```
/// use thalweg_core::Chain;
///
/// let trim = Chain::new(|text: String| text.trim().to_owned()).named("trim");
/// let chain = trim | |text: String| text.len();
/// let description = chain.describe();
/// assert_eq!(description.name, "RunnableSequence");
/// assert_eq!(description.children().next().unwrap().name, "trim");
/// assert_eq!(description.output.get("type").unwrap().as_str(), Some("integer"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Description {
    /// The name of its runs.
    pub name: Text,
    /// The kind of its runs; `None` if it has no run of its own.
    pub kind: Option<RunKind>,
    /// How it streams.
    pub streaming: Streaming,
    /// What it takes, as a JSON schema, as far as it is known.
    pub input: Dynamic,
    /// What it gives, as a JSON schema, as far as it is known.
    pub output: Dynamic,
    /// What it is made of.
    pub parts: Parts,
}

/// What a composition is made of, and how its parts stand to each other.
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::runnable::Parts;
///
/// let chain = Chain::new(|text: String| text) | |text: String| text;
/// assert!(matches!(chain.describe().parts, Parts::Steps(steps) if steps.len() == 2));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Parts {
    /// No parts that are known.
    #[default]
    None,
    /// One after the other.
    Steps(Vec<Description>),
    /// Beside each other on the same input, by their keys.
    Beside(Vec<(Text, Description)>),
    /// One of them takes the input; what each is for.
    OneOf(Vec<(Text, Description)>),
    /// One, with something done around it: the word says what, such as `retry`.
    Around(&'static str, Box<Description>),
}

impl Description {
    /// Of something without parts, between values of these types.
    pub(crate) fn leaf<I: Value, O: Value>(name: Text, kind: Option<RunKind>, streaming: Streaming) -> Self {
        Self { name, kind, streaming, input: I::schema(), output: O::schema(), parts: Parts::None }
    }

    /// The same with parts.
    #[must_use]
    pub(crate) fn with_parts(mut self, parts: Parts) -> Self {
        self.parts = parts;
        self
    }

    /// Its parts in order.
    pub fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match &self.parts {
            Parts::None => Box::new(std::iter::empty()),
            Parts::Steps(steps) => Box::new(steps.iter()),
            Parts::Beside(parts) | Parts::OneOf(parts) => Box::new(parts.iter().map(|(_, part)| part)),
            Parts::Around(_, inner) => Box::new(std::iter::once(&**inner)),
        }
    }
}

/// `{"name", "kind", "streaming", "input", "output"}`, and for a composition what it is made of: `steps`, `parallel`,
/// `one_of` or the word for what is done around one.
impl Serialize for Description {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("kind", &self.kind)?;
        let streaming = match self.streaming {
            Streaming::Whole => "whole",
            Streaming::Output => "output",
            Streaming::Through => "through",
        };
        map.serialize_entry("streaming", streaming)?;
        map.serialize_entry("input", &self.input)?;
        map.serialize_entry("output", &self.output)?;
        match &self.parts {
            Parts::None => {}
            Parts::Steps(steps) => map.serialize_entry("steps", steps)?,
            Parts::Beside(parts) => map.serialize_entry("parallel", &Keyed(parts))?,
            Parts::OneOf(parts) => map.serialize_entry("one_of", &Keyed(parts))?,
            Parts::Around(what, inner) => map.serialize_entry(what, inner)?,
        }
        map.end()
    }
}

struct Keyed<'a>(&'a [(Text, Description)]);

impl Serialize for Keyed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, part)| (key, part)))
    }
}

impl<I: Value, O: Value> Chain<I, O> {
    /// What the chain is made of.
    pub fn describe(&self) -> Description {
        self.stage().describe()
    }

    /// What the chain takes, as a JSON schema, as far as it is known.
    ///
    /// ```
    /// let chain = thalweg_core::Chain::new(|text: String| text.len());
    /// assert_eq!(chain.input_schema().to_string(), r#"{"type":"string"}"#);
    /// ```
    pub fn input_schema(&self) -> Dynamic {
        self.describe().input
    }

    /// What the chain gives, as a JSON schema, as far as it is known.
    pub fn output_schema(&self) -> Dynamic {
        self.describe().output
    }

    /// The chain as a flow chart in the language of Mermaid.
    ///
    /// ```
    /// let chain = thalweg_core::Chain::new(|text: String| text.len()).named("length");
    /// assert!(chain.draw_mermaid().contains(r#"n1("length")"#));
    /// ```
    pub fn draw_mermaid(&self) -> String {
        mermaid::draw(&self.describe())
    }

    /// The chain as a drawing of ASCII characters.
    ///
    /// ```
    /// let chain = thalweg_core::Chain::new(|text: String| text.len()).named("length");
    /// assert!(chain.draw_ascii().contains("| length |"));
    /// ```
    pub fn draw_ascii(&self) -> String {
        ascii::draw(&self.describe())
    }
}

/// A word or two for a schema.
fn title(schema: &Dynamic) -> Text {
    let word = schema.get("title").or_else(|| schema.get("type")).and_then(Dynamic::as_str);
    match (word, schema.get("items")) {
        (Some("array"), Some(items)) => Text::from(format!("{} list", title(items))),
        (Some("object"), _) => match schema.get("properties").and_then(Dynamic::as_map) {
            Some(properties) if !properties.is_empty() => {
                let keys: Vec<_> = properties.keys().map(Text::as_str).collect();
                Text::from(format!("object: {}", keys.join(", ")))
            }
            _ => Text::from("object"),
        },
        (Some(word), _) => Text::from(word),
        (None, _) => match schema.get("anyOf").and_then(Dynamic::as_list) {
            Some(list) => {
                Text::from(list.iter().map(|one| title(one).to_string()).collect::<Vec<_>>().join(" or "))
            }
            None => Text::from("any"),
        },
    }
}
