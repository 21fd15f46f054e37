//! [`Broken`]: where a template cannot be read, and why.

use super::TemplateFormat;
use crate::error::{Error, ErrorKind};

/// A place in a template's text, in bytes, and what is wrong there.
#[derive(Debug)]
pub(super) struct Broken {
    at: usize,
    why: String,
}

impl Broken {
    pub(super) fn at(at: usize, why: impl Into<String>) -> Self {
        Self { at, why: why.into() }
    }

    /// The error, with line and column (in characters) counted from 1.
    pub(super) fn into_error(self, source: &str, format: TemplateFormat) -> Error {
        let before = source.get(..self.at).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        Error::new(ErrorKind::Template, self.why)
            .with("format", format.as_str())
            .with("line", line.to_string())
            .with("column", column.to_string())
    }
}
