//! [`Fault`]: why the command could not go on.

use std::fmt;
use std::io;

/// Why the command could not go on.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Reading or writing failed.
    Io(io::Error),
    /// A chain could not be built, or an event could not be written.
    Chain(thalweg::Error),
    /// An event could not be written as JSON.
    Json(serde_json::Error),
}

impl Fault {
    /// Whether nobody reads the output any more, as in `thalweg tour | head`.
    pub(crate) fn is_closed_output(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Chain(error) => error.fmt(f),
            Self::Json(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<thalweg::Error> for Fault {
    fn from(error: thalweg::Error) -> Self {
        Self::Chain(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
