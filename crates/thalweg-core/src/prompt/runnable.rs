//! Prompt templates as steps of chains.

use std::borrow::Cow;
use std::ops::BitOr;

use super::{ChatPromptTemplate, FewShotPromptTemplate, PromptTemplate, PromptValue};
use crate::context::Context;
use crate::error::Result;
use crate::message::Message;
use crate::run::RunKind;
use crate::runnable::{Chain, Runnable};
use crate::value::{Dynamic, Text, Value, Vars, object_schema};

/// A value that a prompt takes: named variables, or the value of its only variable.
#[diagnostic::on_unimplemented(
    message = "a prompt cannot take `{Self}`",
    note = "a prompt takes named variables (`vars!`, `parallel!`, a map with text keys), or, if it has one variable \
            only, a text or a list of messages"
)]
pub trait PromptInput: Value {
    /// The variables as an object, or the value of the only one.
    fn into_input(self) -> Dynamic;
}

impl<V: Vars + Value> PromptInput for V {
    fn into_input(self) -> Dynamic {
        self.into_vars().map_or_else(|other| other, Dynamic::Map)
    }
}

impl PromptInput for String {
    fn into_input(self) -> Dynamic {
        self.into()
    }
}

impl PromptInput for Text {
    fn into_input(self) -> Dynamic {
        self.into()
    }
}

impl PromptInput for Vec<Message> {
    fn into_input(self) -> Dynamic {
        self.into()
    }
}

/// What a prompt with these variables takes.
fn input_schema<I: Value>(variables: &[Text]) -> Dynamic {
    let own = I::schema();
    match own.get("type").and_then(Dynamic::as_str) {
        Some("string" | "array") => own,
        _ => object_schema(variables.iter().map(|name| (name.clone(), Dynamic::schema())).collect()),
    }
}

/// The templates differ in nothing but their type; no trait speaks of all of them.
macro_rules! runnable {
    ($($prompt:ty)+) => {$(
        impl<I: PromptInput> Runnable<I> for $prompt {
            type Out = PromptValue;

            fn name(&self) -> Cow<'_, str> {
                Self::NAME.into()
            }

            fn kind(&self) -> Option<RunKind> {
                Some(RunKind::Prompt)
            }

            fn input_schema(&self) -> Dynamic {
                input_schema::<I>(self.input_variables())
            }

            async fn run(&self, input: I, _context: Context) -> Result<PromptValue> {
                self.format_input(&input.into_input())
            }
        }

        impl $prompt {
            /// The prompt as a chain, which takes an object of variables, or the value of the only one.
            pub fn chain(self) -> Chain<Dynamic, PromptValue> {
                self.into_chain()
            }
        }

        /// The prompt, then another step. The chain takes an object of variables, or the value of the only one.
        impl<R: Runnable<PromptValue>> BitOr<R> for $prompt {
            type Output = Chain<Dynamic, R::Out>;

            fn bitor(self, next: R) -> Self::Output {
                self.chain().then(next)
            }
        }
    )+};
}

runnable! { PromptTemplate ChatPromptTemplate FewShotPromptTemplate }
