//! [`FromArgs`]: how the function of a tool takes its arguments.

use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Dynamic, Map};

/// What the function of a tool may take: all arguments as a [`Map`], as a type of your own ([`Args`]), or the first one
/// alone ([`One`]).
#[diagnostic::on_unimplemented(
    message = "a tool's function cannot take `{Self}`",
    note = "it takes all arguments as a `Map` or as `Args<T>`, where `T` deserializes, or one as `One<T>`"
)]
pub trait FromArgs: Sized + Send + 'static {
    /// Makes it of the arguments, which fit the tool's schema.
    ///
    /// # Errors
    /// [`ErrorKind::Validation`] when they are not what the function takes.
    fn from_args(args: Map) -> Result<Self>;
}

impl FromArgs for Map {
    fn from_args(args: Map) -> Result<Self> {
        Ok(args)
    }
}

/// All arguments as a type of your own.
///
/// ```
/// use thalweg_core::schema::Type;
/// use thalweg_core::tool::{Args, Tool};
/// use thalweg_core::vars;
///
/// #[derive(serde::Deserialize)]
/// struct Add {
///     a: i64,
///     b: i64,
/// }
///
/// let add = Tool::builder("add", "Adds two numbers.")
///     .arg("a", Type::Int)
///     .arg("b", Type::Int)
///     .function(|Args(args): Args<Add>| args.a + args.b);
/// assert_eq!(add.chain().invoke_blocking(vars! { "a": 1, "b": 2 })?, 3.into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Args<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromArgs for Args<T> {
    fn from_args(args: Map) -> Result<Self> {
        read(&Dynamic::Map(args)).map(Self)
    }
}

/// The first argument alone.
///
/// ```
/// use thalweg_core::schema::Type;
/// use thalweg_core::tool::{One, Tool};
///
/// let shout = Tool::builder("shout", "Says it loudly.")
///     .arg("word", Type::Str)
///     .function(|One(word): One<String>| word.to_uppercase());
/// assert_eq!(shout.chain().invoke_blocking("hey")?, "HEY".into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct One<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromArgs for One<T> {
    fn from_args(args: Map) -> Result<Self> {
        match args.into_iter().next() {
            Some((_, value)) => read(&value).map(Self),
            None => Err(Error::new(ErrorKind::Validation, "there is no argument")),
        }
    }
}

fn read<T: DeserializeOwned>(value: &Dynamic) -> Result<T> {
    value.to().map_err(|error| {
        let message = format!("the arguments do not fit: {}", error.message());
        Error::new(ErrorKind::Validation, message).with_source(error)
    })
}
