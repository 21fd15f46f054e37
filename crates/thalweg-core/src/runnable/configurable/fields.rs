//! [`Configurable`]: a component whose fields configurable values set.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::context::Context;
use crate::error::Result;
use crate::runnable::complete::settle;
use crate::runnable::delegate::{Delegate, delegate};
use crate::runnable::{Chain, Runnable};
use crate::value::{Dynamic, Text, Value};

/// A component whose fields configurable values set for each call. It has no run of its own.
///
/// ```
/// use thalweg_core::{Config, Configurable, Context, Error, Result, Runnable};
///
/// #[derive(Clone)]
/// struct Repeat {
///     times: usize,
/// }
///
/// impl Runnable<String> for Repeat {
///     type Out = String;
///
///     async fn run(&self, text: String, _context: Context) -> Result<String> {
///         Ok(text.repeat(self.times))
///     }
/// }
///
/// let chain = Configurable::new(Repeat { times: 1 })
///     .field("repeat_times", |repeat: &mut Repeat, value| Ok(repeat.times = value.to()?))
///     .into_chain();
/// assert_eq!(chain.invoke_blocking("ab")?, "ab");
/// assert_eq!(chain.invoke_blocking_with("ab", Config::new().configurable("repeat_times", 2))?, "abab");
/// # Ok::<(), Error>(())
/// ```
#[must_use]
pub struct Configurable<C> {
    base: C,
    fields: Vec<(Text, Set<C>)>,
}

/// Sets a field of a component.
type Set<C> = Arc<dyn Fn(&mut C, &Dynamic) -> Result<()> + Send + Sync>;

impl<C: Clone + Send + Sync + 'static> Configurable<C> {
    /// The component as it is where nothing is configured.
    pub fn new(base: C) -> Self {
        Self { base, fields: Vec::new() }
    }

    /// Lets the configurable value `id` set a field, in a copy of the component that takes the call. A value that
    /// cannot be set fails the call before anything runs.
    pub fn field(
        mut self,
        id: impl Into<Text>,
        set: impl Fn(&mut C, &Dynamic) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.fields.push((id.into(), Arc::new(set)));
        self
    }

    /// The component as a chain.
    pub fn into_chain<I: Value>(self) -> Chain<I, C::Out>
    where
        C: Runnable<I>,
    {
        let default = self.base.clone().into_chain();
        delegate(Fields { default, configurable: self })
    }
}

impl<C> fmt::Debug for Configurable<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.fields.iter().map(|(id, _)| id).collect();
        f.debug_struct("Configurable").field("fields", &ids).finish_non_exhaustive()
    }
}

struct Fields<C, I, O> {
    default: Chain<I, O>,
    configurable: Configurable<C>,
}

impl<I: Value, C: Runnable<I> + Clone> Delegate<I, C::Out> for Fields<C, I, C::Out> {
    fn class(&self) -> Cow<'_, str> {
        "RunnableConfigurableFields".into()
    }

    fn bound(&self) -> &Chain<I, C::Out> {
        &self.default
    }

    fn prepare(&self, context: Context) -> Result<(Chain<I, C::Out>, Context)> {
        let context = if context.is_compat() { settle(context) } else { context };
        let given = context.configurable();
        let Configurable { base, fields } = &self.configurable;
        let set: Vec<_> = fields.iter().filter_map(|(id, set)| Some((given.get(id)?, set))).collect();
        if set.is_empty() {
            return Ok((self.default.clone(), context));
        }
        let mut component = base.clone();
        for (value, set) in set {
            set(&mut component, value)?;
        }
        Ok((component.into_chain(), context))
    }
}
