//! [`Error`]: what went wrong, of which kind, in which run, and why.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::excerpt::excerpt;
use crate::value::Text;

/// A boxed error of any type, as functions in chains may return it.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// The result of anything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The application's own error, from a function, a tool or a component; [`Error::downcast_ref`] has it.
    Application,
    /// A step was given a value of a type that it cannot take.
    InputType,
    /// A template is broken or asks for something that is not allowed.
    Template,
    /// A prompt was formatted without a variable that it needs.
    MissingVariable,
    /// A text did not have the form that a parser needs.
    Parse,
    /// A value does not fit its schema.
    Validation,
    /// A value cannot be serialized.
    Serialize,
    /// Two message chunks contradict each other.
    Merge,
    /// A model failed or sent nothing.
    Model,
    /// A tool failed in a way that it announced.
    Tool,
    /// A route, alternative or branch was asked for that does not exist.
    UnknownKey,
    /// A configuration contradicts itself or lacks something.
    Config,
    /// Functions returned runnables more deeply than the recursion limit allows.
    RecursionLimit,
    /// A deadline, first-chunk timeout or idle timeout passed.
    Timeout,
    /// The call was cancelled from outside, by a [`CancelToken`](crate::CancelToken). The runs that the token is for
    /// close as cancelled; a run that only gets such an error, from a call with a token of its own or made by a
    /// function, has failed. Neither retries nor fallbacks go on after it.
    Cancelled,
    /// A callback handler failed that is allowed to abort the run.
    Handler,
    /// More events wait to be heard than may, told by code that cannot wait for those who hear them.
    Backlog,
    /// Something was asked of the current run where no run is current.
    OutsideRun,
    /// A stream ended without any chunk where a value was needed.
    EmptyStream,
    /// A component was asked for something that it does not support.
    Unsupported,
}

impl ErrorKind {
    /// The kind as one word in `snake_case`, as it serializes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::InputType => "input_type",
            Self::Template => "template",
            Self::MissingVariable => "missing_variable",
            Self::Parse => "parse",
            Self::Validation => "validation",
            Self::Serialize => "serialize",
            Self::Merge => "merge",
            Self::Model => "model",
            Self::Tool => "tool",
            Self::UnknownKey => "unknown_key",
            Self::Config => "config",
            Self::RecursionLimit => "recursion_limit",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Handler => "handler",
            Self::Backlog => "backlog",
            Self::OutsideRun => "outside_run",
            Self::EmptyStream => "empty_stream",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A failure: its kind, a message, facts about it, the run it happened in, and its source.
///
/// Clones share everything, so that one failure can stand in events and be returned too.
///
/// ```
/// use thalweg_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Parse, "no list found").with("parser", "numbered");
/// assert_eq!(error.kind(), ErrorKind::Parse);
/// assert_eq!(error.to_string(), "no list found (parser: numbered)");
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: Text,
    facts: Vec<(&'static str, Text)>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// Whether the message says already what the source says.
    told: bool,
    run: Option<Arc<[Text]>>,
}

impl Error {
    /// An error of this kind; the message says what happened, without the run and without the source.
    pub fn new(kind: ErrorKind, message: impl Into<Text>) -> Self {
        let message = message.into();
        Self(Arc::new(Inner { kind, message, facts: Vec::new(), source: None, told: false, run: None }))
    }

    /// The application's own error, with its text. An [`Error`] in the box comes out as it is.
    ///
    /// [`Error::downcast_ref`] has the error itself. `source()` goes on behind it, so that nothing is said twice where
    /// an error is printed with its sources.
    ///
    /// ```
    /// use std::error::Error as _;
    ///
    /// use thalweg_core::Error;
    ///
    /// let error = Error::other("many".parse::<u8>().unwrap_err());
    /// assert_eq!(error.to_string(), "invalid digit found in string");
    /// assert!(error.source().is_none());
    /// assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    /// ```
    pub fn other(error: impl Into<BoxError>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(own) => *own,
            Err(error) => {
                let message = Text::from(error.to_string());
                Self::new(ErrorKind::Application, message).with_told(error.into())
            }
        }
    }

    /// A text that is not what a parser needs; `text` is shown by its beginning. The message says what the source says,
    /// which [`Error::downcast_ref`] has.
    pub fn parse(expected: &str, text: &str, source: impl Into<BoxError>) -> Self {
        let source = source.into();
        let message = format!("not {expected}: {source}");
        Self::new(ErrorKind::Parse, message).with("text", excerpt(text)).with_told(source.into())
    }

    /// A value that has no serialized form.
    pub fn serialize(source: impl Into<BoxError>) -> Self {
        Self::new(ErrorKind::Serialize, "the value cannot be serialized").with_source(source)
    }

    /// A step that was given a value it cannot take.
    pub fn input_type(step: &str, expected: &str, got: &str) -> Self {
        Self::new(ErrorKind::InputType, format!("{step} takes {expected}, not {got}"))
    }

    /// Adds a fact: a name and a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Text>) -> Self {
        self.inner_mut().facts.push((name, value.into()));
        self
    }

    /// Sets the source.
    #[must_use]
    pub fn with_source(self, source: impl Into<BoxError>) -> Self {
        self.with_arc_source(source.into().into())
    }

    fn with_arc_source(mut self, source: Arc<dyn StdError + Send + Sync>) -> Self {
        let inner = self.inner_mut();
        (inner.source, inner.told) = (Some(source), false);
        self
    }

    /// Sets a source whose text the message has.
    fn with_told(mut self, source: Arc<dyn StdError + Send + Sync>) -> Self {
        let inner = self.inner_mut();
        (inner.source, inner.told) = (Some(source), true);
        self
    }

    /// The error that this one was made of.
    fn direct_source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }

    /// Sets the run's path, the names of the runs from the root, unless the error has one already: the
    /// innermost run that fails is the one that the error names.
    #[must_use]
    pub(crate) fn in_run(mut self, path: impl FnOnce() -> Arc<[Text]>) -> Self {
        if self.0.run.is_none() {
            self.inner_mut().run = Some(path());
        }
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without the run's path, the facts and the source.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The fact of this name.
    pub fn fact(&self, name: &str) -> Option<&str> {
        self.0.facts.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }

    /// The names of the runs from the root to the one that failed; empty outside a run.
    pub fn run_path(&self) -> &[Text] {
        self.0.run.as_deref().unwrap_or_default()
    }

    /// The name of the run that failed.
    pub fn run_name(&self) -> Option<&str> {
        self.run_path().last().map(Text::as_str)
    }

    /// The first error of type `E` among this error's sources.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        let mut next = self.direct_source();
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<E>() {
                return Some(found);
            }
            // `source()` passes over what a message says already, which may be what is looked for.
            next = match error.downcast_ref::<Self>() {
                Some(own) => own.direct_source(),
                None => error.source(),
            };
        }
        None
    }

    /// Whether a later attempt may succeed: not for errors that lie in the program or its input.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Application
                | ErrorKind::Model
                | ErrorKind::Tool
                | ErrorKind::Timeout
                | ErrorKind::Parse
        )
    }

    /// Whether both are clones of one failure.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.run_path().iter().enumerate() {
            write!(f, "{}{name}", if i == 0 { "" } else { " > " })?;
        }
        if self.0.run.is_some() {
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)?;
        for (i, (name, value)) in self.0.facts.iter().enumerate() {
            write!(f, "{}{name}: {value}", if i == 0 { " (" } else { ", " })?;
        }
        if !self.0.facts.is_empty() {
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("facts", &self.0.facts)
            .field("run", &self.run_path())
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.direct_source()?;
        if self.0.told { source.source() } else { Some(source) }
    }
}

/// `{"kind", "message", "run"}`: the run's path is left out where there is none.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind().as_str())?;
        map.serialize_entry("message", self.message())?;
        if !self.run_path().is_empty() {
            map.serialize_entry("run", self.run_path())?;
        }
        map.end()
    }
}
