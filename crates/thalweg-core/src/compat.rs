//! [`Compat`]: how far runs keep to langchain-core's behaviour where the default mends it.

use crate::config::{Config, Empties};
use crate::context::Context;

/// What a configuration says of langchain-core's behaviour; [`Config::compat`] takes it. `true` and `false` are short
/// for the mode alone. What is not said stays as it is.
///
/// ```
/// use thalweg_core::{Compat, Config, Context, IntoContext};
///
/// let nightly = Context::root().with_config(&Config::new().compat(true).tag("nightly"));
/// assert_eq!(nightly.tags(), ["nightly"]);
/// // There a configuration with an empty list of tags takes away those that are in force.
/// let untagged = nightly.with_config(&Config::new().compat(Compat::new().no_tags().sync(true)));
/// assert!(untagged.tags().is_empty() && untagged.compat().is_sync());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Compat {
    on: Option<bool>,
    sync: Option<bool>,
    empties: Empties,
}

impl Compat {
    /// Says nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether runs behave and report exactly as langchain-core's do, with the faults that the default mends.
    pub fn on(mut self, on: bool) -> Self {
        self.on = Some(on);
        self
    }

    /// Whether they do what its synchronous methods do, where these differ from the asynchronous ones.
    pub fn sync(mut self, sync: bool) -> Self {
        self.sync = Some(sync);
        self
    }

    /// Says that the configuration has a list of tags and that it is empty: in the mode it takes the place of the tags
    /// that are in force.
    pub fn no_tags(mut self) -> Self {
        self.empties.tags = true;
        self
    }

    /// As [`no_tags`](Self::no_tags), of the metadata.
    pub fn no_metadata(mut self) -> Self {
        self.empties.metadata = true;
        self
    }

    /// As [`no_tags`](Self::no_tags), of the values of configurable fields.
    pub fn no_configurable(mut self) -> Self {
        self.empties.configurable = true;
        self
    }

    /// Whether the mode is on.
    pub fn is_on(self) -> bool {
        self.on == Some(true)
    }

    /// Whether the mode is on, and as in synchronous methods.
    pub fn is_sync(self) -> bool {
        self.is_on() && self.sync == Some(true)
    }
}

impl From<bool> for Compat {
    fn from(on: bool) -> Self {
        Self::new().on(on)
    }
}

impl Config {
    /// Lets runs behave and report exactly as langchain-core's do, with the faults that the default mends; off unless
    /// set. See [`Compat`] for more than `true` and `false`.
    pub fn compat(mut self, compat: impl Into<Compat>) -> Self {
        let Compat { on, sync, empties } = compat.into();
        self.compat = on.or(self.compat);
        self.compat_sync = sync.or(self.compat_sync);
        self.empties = self.empties.and(empties);
        self
    }
}

impl Context {
    /// How runs keep to langchain-core's behaviour here.
    pub fn compat(&self) -> Compat {
        Compat::new().on(self.scope.compat).sync(self.scope.compat_sync)
    }
}
