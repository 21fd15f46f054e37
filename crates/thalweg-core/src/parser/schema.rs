//! [`SchemaOutputParser`]: an object of a known shape in a model's answer.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::json::{Json, parse};
use super::reading::{Reader, read};
use super::same::same_record;
use super::{ParserInput, Piece};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::run::RunKind;
use crate::runnable::{Runnable, Streaming};
use crate::schema::{Record, Schema};
use crate::stream::ChunkStream;
use crate::value::{Dynamic, Text, Value};

/// Gives the JSON in a model's answer as an object of a known shape: of a Rust type ([`SchemaOutputParser::new`]) or of
/// a [`Schema`] ([`SchemaOutputParser::dynamic`]). While the answer comes, each chunk is the object so far, from the
/// moment on at which it fits, whenever it has changed. Its runs are named `PydanticOutputParser`, as the field knows it.
///
/// ```
/// use thalweg_core::Chain;
/// use thalweg_core::parser::SchemaOutputParser;
///
/// #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// struct River {
///     name: String,
///     km: u32,
/// }
/// thalweg_core::whole_value!(River);
///
/// let chain: Chain<String, River> = Chain::new(SchemaOutputParser::new());
/// let river = chain.invoke_blocking(r#"Here: {"name": "Rhine", "km": 1233}"#);
/// assert!(river.is_err(), "prose needs a fence around the JSON");
/// let river = chain.invoke_blocking(r#"{"name": "Rhine", "km": 1233}"#)?;
/// assert_eq!(river, River { name: "Rhine".to_owned(), km: 1233 });
/// # Ok::<(), thalweg_core::Error>(())
/// ```
pub struct SchemaOutputParser<T = Dynamic> {
    name: Text,
    read: Read<T>,
}

/// Makes an object of the JSON that was read.
type Read<T> = Arc<dyn Fn(&Dynamic) -> Result<T> + Send + Sync>;

const NAME: Text = Text::from_static("PydanticOutputParser");

impl<T: Value + DeserializeOwned> SchemaOutputParser<T> {
    /// A parser for a type of your own.
    pub fn new() -> Self {
        Self { name: NAME, read: Arc::new(Dynamic::to) }
    }
}

impl<T: Value + DeserializeOwned> Default for SchemaOutputParser<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl SchemaOutputParser {
    /// A parser for objects of a schema. It gives [`Record`]s, in which values are converted where needed, as
    /// [`Type`](crate::schema::Type) says.
    ///
    /// ```
    /// use thalweg_core::Chain;
    /// use thalweg_core::parser::SchemaOutputParser;
    /// use thalweg_core::schema::{Field, Schema, Type};
    ///
    /// let river = Schema::new("River").field(Field::new("km", Type::Int));
    /// let chain = Chain::<String, _>::new(SchemaOutputParser::dynamic(river));
    /// let value = chain.invoke_blocking(r#"{"km": "1233"}"#)?;
    /// assert_eq!(value.to_string(), r#"{"km":1233}"#);
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    pub fn dynamic(schema: Schema) -> Self {
        Self { name: NAME, read: Arc::new(move |value| schema.check(value).map(Dynamic::from)) }
    }
}

impl<T: Value> SchemaOutputParser<T> {
    /// Sets the name of its runs.
    #[must_use]
    pub fn named(mut self, name: impl Into<Text>) -> Self {
        self.name = name.into();
        self
    }

    fn parse(&self, text: &str) -> Result<T> {
        (self.read)(&parse(text)?).map_err(|error| misfit(text, error))
    }
}

/// The JSON is there, but it does not fit.
fn misfit(text: &str, error: Error) -> Error {
    if error.kind() == ErrorKind::Parse {
        error
    } else {
        Error::parse("an object of the schema", text, error)
    }
}

impl<T> Clone for SchemaOutputParser<T> {
    fn clone(&self) -> Self {
        Self { name: self.name.clone(), read: Arc::clone(&self.read) }
    }
}

impl<T> std::fmt::Debug for SchemaOutputParser<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchemaOutputParser").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<I: ParserInput, T: Value> Runnable<I> for SchemaOutputParser<T> {
    type Out = T;

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn kind(&self) -> Option<RunKind> {
        Some(RunKind::Parser)
    }

    fn streaming(&self) -> Streaming {
        Streaming::Through
    }

    async fn run(&self, input: I, _context: Context) -> Result<T> {
        self.parse(&I::piece(&input.into_chunk())?.text())
    }

    fn run_transform(self: Arc<Self>, input: ChunkStream<I>, context: Context) -> ChunkStream<T> {
        let compat = context.is_compat();
        let (fits, last) = (false, None);
        let reader = Objects { read: Arc::clone(&self.read), json: Json::new(compat), last, fits, compat };
        read(input, reader).snapshots(!compat)
    }
}

/// Reads the objects so far.
struct Objects<T> {
    read: Read<T>,
    json: Json,
    /// What was last given.
    last: Option<Dynamic>,
    /// Whether the last value was an object of the shape.
    fits: bool,
    compat: bool,
}

impl<T: Value> Objects<T> {
    /// Gives the object, if it is another one than last time.
    fn give(&mut self, value: T, out: &mut VecDeque<T::Chunk>) {
        let shown = value.to_dynamic();
        let records = self.last.as_ref().and_then(Record::of).zip(Record::of(&shown));
        if !records.is_some_and(|(last, new)| same_record(last, new)) {
            self.last = Some(shown);
            out.push_back(value.into_chunk());
        }
    }
}

impl<T: Value> Reader<T> for Objects<T> {
    fn push(&mut self, piece: Piece<'_>, out: &mut VecDeque<T::Chunk>) -> Result<()> {
        self.json.push(piece)?;
        if let Some((_, value)) = self.json.changed() {
            let object = (self.read)(value).ok();
            self.fits = object.is_some();
            if let Some(object) = object {
                self.give(object, out);
            }
        }
        Ok(())
    }

    /// What a call without streaming would give has to be the last chunk. In compat mode an answer that does not fit is
    /// passed over.
    fn finish(&mut self, out: &mut VecDeque<T::Chunk>) -> Result<()> {
        if self.compat {
            return Ok(());
        }
        let (last, value) = self.json.finish()?;
        if !self.fits || last.as_ref() != Some(&value) {
            let object = (self.read)(&value).map_err(|error| misfit(&value.to_string(), error))?;
            self.give(object, out);
        }
        Ok(())
    }
}
