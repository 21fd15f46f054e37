//! [`Outcome`]: what a function in a chain may return.

use super::Chain;
use crate::error::{BoxError, Error, Result};
use crate::value::Value;

/// What a function in a chain may return: a value, a chain that is then run on the same input, a choice between
/// the two ([`Returned`]), or a `Result` of any of these.
pub trait Outcome<I: Value>: Send + 'static {
    /// The type of the value in the end.
    type Out: Value;

    /// The value or chain.
    ///
    /// # Errors
    /// The function's own.
    fn into_returned(self) -> Result<Returned<I, Self::Out>>;
}

/// A value, or a chain that makes one of the function's input.
#[derive(Debug)]
pub enum Returned<I: Value, O: Value> {
    /// A value.
    Value(O),
    /// A chain. It runs below the function's run, and counts against the recursion limit.
    Chain(Chain<I, O>),
}

impl<I: Value, O: Value> Outcome<I> for O {
    type Out = O;

    fn into_returned(self) -> Result<Returned<I, O>> {
        Ok(Returned::Value(self))
    }
}

impl<I: Value, O: Value> Outcome<I> for Chain<I, O> {
    type Out = O;

    fn into_returned(self) -> Result<Returned<I, O>> {
        Ok(Returned::Chain(self))
    }
}

impl<I: Value, O: Value> Outcome<I> for Returned<I, O> {
    type Out = O;

    fn into_returned(self) -> Result<Self> {
        Ok(self)
    }
}

impl<I: Value, T: Outcome<I>, E: Into<BoxError> + Send + 'static> Outcome<I> for Result<T, E> {
    type Out = T::Out;

    fn into_returned(self) -> Result<Returned<I, T::Out>> {
        self.map_err(Error::other)?.into_returned()
    }
}
