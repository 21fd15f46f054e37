//! Configured: a chain with a configuration of its own, added to that of every call.

use std::borrow::Cow;

use super::Chain;
use super::complete::complete;
use super::delegate::{Delegate, delegate};
use crate::config::Config;
use crate::context::Context;
use crate::error::Result;
use crate::value::Value;

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain with a configuration of its own: every call gets it, and what runs below inherits it. What a call
    /// brings with it wins: entries of the metadata, configurable values, limits, a name and an id.
    ///
    /// ```
    /// use thalweg_core::{Chain, Config, Context};
    ///
    /// let chain = Chain::new(|_: String| Context::current().tags().join(" "));
    /// let tagged = chain.with_config(Config::new().tag("inner"));
    /// assert_eq!(tagged.invoke_blocking_with("", Config::new().tag("call"))?, "call inner");
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn with_config(self, config: Config) -> Self {
        delegate(Configured { bound: self, config })
    }
}

struct Configured<I, O> {
    bound: Chain<I, O>,
    config: Config,
}

impl<I: Value, O: Value> Delegate<I, O> for Configured<I, O> {
    fn bound(&self) -> &Chain<I, O> {
        &self.bound
    }

    fn class(&self) -> Cow<'_, str> {
        self.bound.stage().class()
    }

    fn prepare(&self, context: Context) -> Result<(Chain<I, O>, Context)> {
        let context = if context.is_compat() {
            complete(context, &self.config)
        } else {
            context.with_defaults(&self.config)
        };
        Ok((self.bound.clone(), context))
    }
}
