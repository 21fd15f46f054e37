//! [`IntoContext`]: what calls take to say where they are made.

use super::Context;
use crate::config::Config;

/// Where a call is made: a context as it is, or a configuration on top of the current context.
///
/// ```
/// use thalweg_core::{Config, Context, IntoContext};
///
/// assert_eq!(Config::new().tag("a").into_context().tags().len(), 1);
/// assert!(Context::root().into_context().tags().is_empty());
/// ```
pub trait IntoContext {
    /// The context for the call.
    fn into_context(self) -> Context;
}

impl IntoContext for Context {
    fn into_context(self) -> Context {
        // The options were for the component that makes the call, and each call has its own time.
        self.with_options(None).renewed()
    }
}

impl IntoContext for &Context {
    fn into_context(self) -> Context {
        self.clone().into_context()
    }
}

impl IntoContext for Config {
    fn into_context(self) -> Context {
        Context::current().with_config(&self)
    }
}

impl IntoContext for &Config {
    fn into_context(self) -> Context {
        Context::current().with_config(self)
    }
}
