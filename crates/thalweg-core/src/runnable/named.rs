//! Named: a chain under a name of its own.

use std::borrow::Cow;

use super::Chain;
use super::delegate::{Delegate, delegate};
use crate::context::Context;
use crate::error::Result;
use crate::value::{Text, Value};

/// A chain whose runs bear `name`, unless the call brings another name.
pub(crate) fn named<I: Value, O: Value>(bound: Chain<I, O>, name: Text) -> Chain<I, O> {
    delegate(Named { bound, name })
}

struct Named<I, O> {
    bound: Chain<I, O>,
    name: Text,
}

impl<I: Value, O: Value> Delegate<I, O> for Named<I, O> {
    fn bound(&self) -> &Chain<I, O> {
        &self.bound
    }

    fn name(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn prepare(&self, mut context: Context) -> Result<(Chain<I, O>, Context)> {
        context.once.get_or_insert_default().run_name.get_or_insert_with(|| self.name.clone());
        Ok((self.bound.clone(), context))
    }
}
