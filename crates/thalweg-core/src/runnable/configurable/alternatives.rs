//! [`Alternatives`]: chains of which a configurable value chooses one.

use std::borrow::Cow;
use std::fmt;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::runnable::complete::settle;
use crate::runnable::delegate::{Delegate, delegate};
use crate::runnable::{Chain, Runnable};
use crate::value::{Dynamic, Map, Text, Value};

/// Chains of which a configurable value chooses one for each call; made by
/// [`Chain::configurable_alternatives`]. It has no run of its own.
///
/// ```
/// use thalweg_core::{Chain, Config};
///
/// let upper = Chain::new(|text: String| text.to_uppercase());
/// let chain = upper
///     .configurable_alternatives("case", "upper")
///     .alternative("lower", |text: String| text.to_lowercase())
///     .into_chain();
/// assert_eq!(chain.invoke_blocking("Ab")?, "AB");
/// assert_eq!(chain.invoke_blocking_with("Ab", Config::new().configurable("case", "lower"))?, "ab");
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[must_use]
pub struct Alternatives<I, O> {
    which: Text,
    default_key: Text,
    default: Chain<I, O>,
    others: Vec<(Text, Chain<I, O>)>,
    prefix_keys: bool,
}

impl<I: Value, O: Value> Chain<I, O> {
    /// This chain as the default among alternatives: the configurable value `which` chooses one of them by its key,
    /// `default_key` is this one's.
    pub fn configurable_alternatives(
        self,
        which: impl Into<Text>,
        default_key: impl Into<Text>,
    ) -> Alternatives<I, O> {
        Alternatives {
            which: which.into(),
            default_key: default_key.into(),
            default: self,
            others: Vec::new(),
            prefix_keys: false,
        }
    }
}

impl<I: Value, O: Value> Alternatives<I, O> {
    /// Adds an alternative; another one of this key is replaced.
    pub fn alternative<R: Runnable<I, Out = O>>(mut self, key: impl Into<Text>, runnable: R) -> Self {
        let (key, chain) = (key.into(), runnable.into_chain());
        self.others.retain(|(there, _)| *there != key);
        self.others.push((key, chain));
        self
    }

    /// Lets configurable values be given for one alternative alone, as `which==key/field`; the chosen one sees them as
    /// `field`.
    pub fn prefix_keys(mut self) -> Self {
        self.prefix_keys = true;
        self
    }

    /// The alternatives as a chain. A call that chooses one that is not there fails with an error of kind
    /// `UnknownKey`.
    pub fn into_chain(self) -> Chain<I, O> {
        delegate(self)
    }

    fn chosen(&self, key: &str) -> Result<&Chain<I, O>> {
        if key == self.default_key.as_str() {
            return Ok(&self.default);
        }
        let other = self.others.iter().find(|(there, _)| there == key);
        other.map(|(_, chain)| chain).ok_or_else(|| {
            Error::new(ErrorKind::UnknownKey, "there is no alternative of this key")
                .with("which", self.which.clone())
                .with("key", key)
        })
    }
}

impl<I: Value, O: Value> Delegate<I, O> for Alternatives<I, O> {
    fn class(&self) -> Cow<'_, str> {
        "RunnableConfigurableAlternatives".into()
    }

    fn bound(&self) -> &Chain<I, O> {
        &self.default
    }

    fn bound_key(&self) -> Text {
        self.default_key.clone()
    }

    fn others(&self) -> Vec<(Text, Chain<I, O>)> {
        self.others.clone()
    }

    fn prepare(&self, context: Context) -> Result<(Chain<I, O>, Context)> {
        let context = if context.is_compat() { settle(context) } else { context };
        let chosen = match context.configurable().get(&self.which) {
            None => self.default_key.clone(),
            Some(Dynamic::Text(key)) => key.clone(),
            Some(other) => Text::from(other.to_string()),
        };
        let chain = self.chosen(&chosen)?.clone();
        if !self.prefix_keys {
            return Ok((chain, context));
        }
        let prefix = format!("{}=={chosen}/", self.which);
        let strip = |(key, value): (&Text, &Dynamic)| {
            (key.strip_prefix(prefix.as_str()).map_or_else(|| key.clone(), Text::from), value.clone())
        };
        let configurable: Map = context.configurable().iter().map(strip).collect();
        Ok((chain, context.map_scope(|scope| scope.configurable = configurable)))
    }
}

impl<I: Value, O: Value> fmt::Debug for Alternatives<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alternatives")
            .field("which", &self.which)
            .field("default", &self.default_key)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}
