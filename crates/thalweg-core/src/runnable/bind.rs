//! Bind: options for the calls of a chain.

use std::borrow::Cow;
use std::sync::Arc;

use super::Chain;
use super::complete::complete_once;
use super::delegate::{Delegate, delegate};
use crate::context::Context;
use crate::error::Result;
use crate::value::{Map, Value};

impl<I: Value, O: Value> Chain<I, O> {
    /// The chain with options for each of its calls: what a component is asked beside its input, such as a model's
    /// stop sequences. Options that are bound outside win over those bound inside.
    ///
    /// A component finds them as [`Context::options`]. A sequence hands them to its first step, a branch to the chosen
    /// runnable, retries and fallbacks to what they try; parallel steps keep them to themselves, and whoever has no use
    /// for them ignores them.
    ///
    /// ```
    /// use thalweg_core::{Chain, lambda_with};
    /// use thalweg_core::value::{Dynamic, Map};
    ///
    /// let seed = lambda_with(|_: String, context| async move { context.options().get("seed").cloned() });
    /// let bound = seed.bind([("seed", Dynamic::from(7))].into_iter().collect::<Map>());
    /// assert_eq!(bound.invoke_blocking("")?, Some(Dynamic::from(7)));
    /// # Ok::<(), thalweg_core::Error>(())
    /// ```
    #[must_use]
    pub fn bind(self, options: impl Into<Map>) -> Self {
        delegate(Bind { bound: self, options: options.into() })
    }
}

struct Bind<I, O> {
    bound: Chain<I, O>,
    options: Map,
}

impl<I: Value, O: Value> Delegate<I, O> for Bind<I, O> {
    fn bound(&self) -> &Chain<I, O> {
        &self.bound
    }

    fn class(&self) -> Cow<'_, str> {
        self.bound.stage().class()
    }

    fn prepare(&self, mut context: Context) -> Result<(Chain<I, O>, Context)> {
        let mut options = self.options.clone();
        for (name, value) in context.options().iter() {
            options.insert(name.clone(), value.clone());
        }
        if context.is_compat() {
            context = complete_once(context);
        }
        context = context.with_options(Some(Arc::new(options)));
        Ok((self.bound.clone(), context))
    }
}
