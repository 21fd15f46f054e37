//! Prompts: templates over named variables, and the prompt values they make.

mod value;

pub use value::PromptValue;
