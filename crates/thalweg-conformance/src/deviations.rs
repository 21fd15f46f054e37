//! The list of decided deviations: scenarios whose record need not be met, each with its reason. Imports
//! nothing of this crate.

use std::collections::BTreeMap;
use std::fmt;

/// Scenarios that are allowed to differ, by name, with the reason.
///
/// One a line, as `name: reason`; empty lines and lines that start with `#` do not count.
///
/// ```
/// use thalweg_conformance::deviations::Deviations;
///
/// let list: Deviations = "# decided\nlog/odd: the reference writes the name twice\n".parse().unwrap();
/// assert_eq!(list.reason("log/odd"), Some("the reference writes the name twice"));
/// assert_eq!(list.reason("log/other"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviations {
    reasons: BTreeMap<String, String>,
}

impl Deviations {
    /// The list of this project, `conformance/deviations.txt`, as it was when this crate was built.
    ///
    /// # Errors
    /// A line is malformed; a test sees to it that none is.
    pub fn of_project() -> Result<Self, DeviationsError> {
        include_str!("../../../conformance/deviations.txt").parse()
    }

    /// Where the default mode differs from the records, `conformance/default-mode.txt`, as it was when this crate was
    /// built. A reason is the names of the classes of what `docs/compat.md` says is mended.
    ///
    /// # Errors
    /// A line is malformed; a test sees to it that none is.
    pub fn of_default_mode() -> Result<Self, DeviationsError> {
        include_str!("../../../conformance/default-mode.txt").parse()
    }

    /// Why the scenario may differ, if it may.
    pub fn reason(&self, name: &str) -> Option<&str> {
        self.reasons.get(name).map(String::as_str)
    }

    /// The names and reasons, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reasons.iter().map(|(name, reason)| (name.as_str(), reason.as_str()))
    }
}

impl std::str::FromStr for Deviations {
    type Err = DeviationsError;

    fn from_str(text: &str) -> Result<Self, DeviationsError> {
        let mut reasons = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let error = |fault| DeviationsError { line: at + 1, fault };
            let (name, reason) = line.split_once(':').unwrap_or((line, ""));
            let (name, reason) = (name.trim(), reason.trim());
            if name.is_empty() || reason.is_empty() {
                return Err(error(Fault::NoReason));
            }
            if reasons.insert(name.to_owned(), reason.to_owned()).is_some() {
                return Err(error(Fault::Twice));
            }
        }
        Ok(Self { reasons })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NoReason,
    Twice,
}

/// A line of a list of deviations that can't be used.
///
/// ```
/// use thalweg_conformance::deviations::Deviations;
///
/// let error = "log/odd".parse::<Deviations>().unwrap_err();
/// assert_eq!(error.to_string(), "line 1: needs the form `name: reason`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviationsError {
    line: usize,
    fault: Fault,
}

impl fmt::Display for DeviationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            Fault::NoReason => "needs the form `name: reason`",
            Fault::Twice => "names a scenario for the second time",
        };
        write!(f, "line {}: {what}", self.line)
    }
}

impl std::error::Error for DeviationsError {}
