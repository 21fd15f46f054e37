//! [`StepTag`]: the tag that a composition gives to a step's run.

use std::fmt;

use crate::value::Text;

/// The tag by which a composition marks the run of one of its parts. It is written as text only when somebody
/// reads the run's tags.
///
/// ```
/// assert_eq!(thalweg_core::run::StepTag::Sequence(2).to_string(), "seq:step:2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepTag {
    /// Step N of a sequence, from 1: `seq:step:N`.
    Sequence(u32),
    /// The branch of a parallel step: `map:key:K`.
    Key(Text),
    /// Condition N of a branch, from 1: `condition:N`.
    Condition(u32),
    /// The runnable behind condition N: `branch:N`.
    Branch(u32),
    /// The runnable where no condition holds: `branch:default`.
    BranchDefault,
    /// Attempt N of a retried runnable, from 2: `retry:attempt:N`.
    Attempt(u32),
}

impl StepTag {
    /// Whether it is written like this.
    pub(super) fn is(&self, text: &str) -> bool {
        /// Takes away what is written.
        struct Left<'a>(&'a str);
        impl fmt::Write for Left<'_> {
            fn write_str(&mut self, written: &str) -> fmt::Result {
                self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
                Ok(())
            }
        }
        let mut left = Left(text);
        fmt::write(&mut left, format_args!("{self}")).is_ok() && left.0.is_empty()
    }
}

impl fmt::Display for StepTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequence(n) => write!(f, "seq:step:{n}"),
            Self::Key(key) => write!(f, "map:key:{key}"),
            Self::Condition(n) => write!(f, "condition:{n}"),
            Self::Branch(n) => write!(f, "branch:{n}"),
            Self::BranchDefault => f.write_str("branch:default"),
            Self::Attempt(n) => write!(f, "retry:attempt:{n}"),
        }
    }
}
