//! Templates: texts with named holes, in three formats.
//!
//! Knows [values](crate::value) and errors, and nothing of prompts, runs or events. Everything a template can
//! reach is in the variables it is rendered with.

mod format;
mod fstring;
mod integer;
#[cfg(feature = "jinja")]
mod jinja;
mod mustache;
mod position;
mod spec;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Map, Text};
use fstring::FString;
use mustache::Mustache;

/// The languages that templates are written in.
///
/// ```
/// use thalweg_core::template::TemplateFormat;
///
/// assert_eq!("mustache".parse::<TemplateFormat>()?, TemplateFormat::Mustache);
/// assert_eq!(TemplateFormat::default().as_str(), "f-string");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TemplateFormat {
    /// Python's `{name}`, with conversions and format specifications. The default.
    #[default]
    FString,
    /// Mustache: `{{name}}`, sections, inverted sections.
    Mustache,
    /// Jinja: expressions, loops, conditions. Needs the feature `jinja`. How much work a rendering may do is limited, how
    /// much memory it takes is not: templates from strangers are better in one of the other formats.
    Jinja,
}

impl TemplateFormat {
    /// The format's name: `f-string`, `mustache` or `jinja2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FString => "f-string",
            Self::Mustache => "mustache",
            Self::Jinja => "jinja2",
        }
    }
}

impl FromStr for TemplateFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        [Self::FString, Self::Mustache, Self::Jinja].into_iter().find(|f| f.as_str() == name).ok_or_else(
            || {
                Error::new(ErrorKind::UnknownKey, "the template formats are f-string, mustache and jinja2")
                    .with("format", name)
            },
        )
    }
}

/// A template that has been read; its clone is cheap.
///
/// ```
/// use thalweg_core::template::{Template, TemplateFormat};
/// use thalweg_core::value::{Dynamic, Map};
///
/// let template = Template::parse("{river} is {km:,} km long", TemplateFormat::FString)?;
/// assert_eq!(template.variables(), ["km", "river"]);
///
/// let vars: Map = [("river", Dynamic::from("Rhine")), ("km", Dynamic::from(1233))].into_iter().collect();
/// assert_eq!(template.render(&vars)?, "Rhine is 1,233 km long");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Template(Arc<Inner>);

struct Inner {
    source: Text,
    format: TemplateFormat,
    variables: Vec<Text>,
    body: Body,
}

enum Body {
    FString(FString),
    Mustache(Mustache),
    #[cfg(feature = "jinja")]
    Jinja(Box<jinja::Jinja>),
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] with `line` and `column` when the text is no template of this format, and
    /// [`ErrorKind::Unsupported`] for Jinja without the feature `jinja`.
    pub fn parse(source: impl Into<Text>, format: TemplateFormat) -> Result<Self> {
        let source = source.into();
        let (body, mut variables): (_, Vec<Text>) = match format {
            TemplateFormat::FString => {
                let body = FString::parse(&source).map_err(|e| e.into_error(&source, format))?;
                let names = body.names().cloned().collect();
                (Body::FString(body), names)
            }
            TemplateFormat::Mustache => {
                let body = Mustache::parse(&source).map_err(|e| e.into_error(&source, format))?;
                let names = body.names().collect();
                (Body::Mustache(body), names)
            }
            #[cfg(feature = "jinja")]
            TemplateFormat::Jinja => {
                let body = jinja::Jinja::parse(&source)?;
                let names = body.names().into_iter().map(Text::from).collect();
                (Body::Jinja(Box::new(body)), names)
            }
            #[cfg(not(feature = "jinja"))]
            TemplateFormat::Jinja => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "Jinja templates need the feature `jinja` of thalweg-core",
                ));
            }
        };
        variables.sort_unstable();
        variables.dedup();
        Ok(Self(Arc::new(Inner { source, format, variables, body })))
    }

    /// The names of the variables that the template uses, sorted, each once; of dotted names the first part, of
    /// Mustache sections only what stands outside of them.
    pub fn variables(&self) -> &[Text] {
        &self.0.variables
    }

    /// The text it was read from.
    pub fn source(&self) -> &Text {
        &self.0.source
    }

    /// The language it is written in.
    pub fn format(&self) -> TemplateFormat {
        self.0.format
    }

    /// Fills the variables in. Values that are not texts appear in Python's notation: `True`, `None`, `1.5`,
    /// `[1, 'a']`, `{'k': 'v'}`.
    ///
    /// Variables that the template does not use are ignored. An f-string needs all that it uses; in Mustache and
    /// Jinja a missing one is empty.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`] with the names of all `missing` and `given` ones;
    /// [`ErrorKind::InputType`] and [`ErrorKind::Template`] when a value cannot be written the way the template
    /// asks.
    pub fn render(&self, vars: &Map) -> Result<Text> {
        match &self.0.body {
            Body::FString(body) => {
                check_given("the template", &self.0.variables, vars)?;
                body.render(vars)
            }
            Body::Mustache(body) => body.render(vars),
            #[cfg(feature = "jinja")]
            Body::Jinja(body) => body.render(vars),
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("source", &self.0.source).field("format", &self.0.format).finish()
    }
}

/// Fails with [`ErrorKind::MissingVariable`] unless all of these variables are given.
pub(crate) fn check_given(who: &str, variables: &[Text], given: &Map) -> Result<()> {
    let missing: Vec<&str> =
        variables.iter().map(Text::as_str).filter(|name| !given.contains_key(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let given: Vec<&str> = given.keys().map(Text::as_str).collect();
    let error = Error::new(ErrorKind::MissingVariable, format!("{who} lacks variables"))
        .with("missing", missing.join(", "))
        .with("given", given.join(", "));
    let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    Err(if missing.iter().all(|name| !name.is_empty() && is_name(name)) {
        error
    } else {
        error.with("hint", "literal braces are written `{{` and `}}`")
    })
}
