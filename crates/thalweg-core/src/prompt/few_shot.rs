//! [`FewShotPromptTemplate`]: a text with examples in it.

use super::variables::{Filling, Variables};
use super::{PromptTemplate, PromptValue};
use crate::error::Result;
use crate::template::Template;
use crate::value::{Dynamic, Map, Text};

/// A prompt of one text: something before, examples, something after.
///
/// The examples are filled into a template of their own; then the parts are joined and read as one template,
/// in the format of the examples' one. So braces in an example count as braces of a template: write them twice
/// for literal ones.
///
/// ```
/// use thalweg_core::prompt::{FewShotPromptTemplate, PromptTemplate};
/// use thalweg_core::value::{Dynamic, Map};
///
/// let example = |word: &str, antonym: &str| -> Map {
///     [("word", Dynamic::from(word)), ("antonym", Dynamic::from(antonym))].into_iter().collect()
/// };
/// let prompt = FewShotPromptTemplate::new(
///     [example("happy", "sad"), example("tall", "short")],
///     PromptTemplate::from_template("{word}: {antonym}")?,
///     "{input}:",
/// )?
/// .with_prefix("Give the antonym.")?
/// .with_separator("\n");
/// let text = prompt.format_input(&Dynamic::from("big"))?;
/// assert_eq!(text, "Give the antonym.\nhappy: sad\ntall: short\nbig:".into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FewShotPromptTemplate {
    examples: Vec<Map>,
    example: PromptTemplate,
    prefix: Option<Template>,
    suffix: Template,
    separator: Text,
    variables: Variables,
}

impl FewShotPromptTemplate {
    /// The name of its runs.
    pub const NAME: &'static str = "FewShotPromptTemplate";

    /// A prompt of examples, the prompt for each of them, and a template that follows them. Nothing comes before
    /// them, and blank lines between the parts.
    ///
    /// # Errors
    /// [`ErrorKind::Template`](crate::ErrorKind::Template) when the suffix is no template of the examples'
    /// format.
    pub fn new(
        examples: impl IntoIterator<Item = Map>,
        example: PromptTemplate,
        suffix: impl Into<Text>,
    ) -> Result<Self> {
        let suffix = Template::parse(suffix, example.template().format())?;
        let variables = Variables::new(suffix.variables(), []);
        let examples = examples.into_iter().collect();
        Ok(Self { examples, example, prefix: None, suffix, separator: Text::from_static("\n\n"), variables })
    }

    /// Sets a template that comes before the examples.
    ///
    /// # Errors
    /// [`ErrorKind::Template`](crate::ErrorKind::Template) when the text is no template of the examples' format.
    pub fn with_prefix(mut self, prefix: impl Into<Text>) -> Result<Self> {
        let prefix = Template::parse(prefix, self.example.template().format())?;
        let mut variables = Variables::new(prefix.variables().iter().chain(self.suffix.variables()), []);
        variables.fill_from(&self.variables);
        (self.prefix, self.variables) = (Some(prefix), variables);
        Ok(self)
    }

    /// Sets what stands between the parts.
    #[must_use]
    pub fn with_separator(mut self, separator: impl Into<Text>) -> Self {
        self.separator = separator.into();
        self
    }

    /// Fills a variable in. What a prompt is later given under this name counts more.
    #[must_use]
    pub fn partial(mut self, name: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.variables.fill(name, Filling::Value(value.into()));
        self
    }

    /// Fills a variable in with what a function returns, which is called for each prompt that is not given it.
    #[must_use]
    pub fn partial_with<V: Into<Dynamic>>(
        mut self,
        name: impl Into<Text>,
        value: impl Fn() -> V + Send + Sync + 'static,
    ) -> Self {
        self.variables.fill(name, Filling::function(value));
        self
    }

    /// The variables that must be given, sorted: those of what comes before and after the examples.
    pub fn input_variables(&self) -> &[Text] {
        self.variables.required()
    }

    /// The text with examples and variables filled in.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`](crate::ErrorKind::MissingVariable) when some are missing, here or in an
    /// example; what [`Template::parse`] and [`Template::render`] fail with.
    pub fn format_text(&self, vars: &Map) -> Result<Text> {
        let vars = self.variables.complete(Self::NAME, vars)?;
        let mut joined = String::new();
        let mut push = |part: &str| {
            if !part.is_empty() {
                if !joined.is_empty() {
                    joined.push_str(&self.separator);
                }
                joined.push_str(part);
            }
        };
        push(self.prefix.as_ref().map_or("", |prefix| prefix.source()));
        for example in &self.examples {
            push(&self.example.format_text(example)?);
        }
        push(self.suffix.source());
        Template::parse(joined, self.suffix.format())?.render(&vars)
    }

    /// As [`format_text`](Self::format_text), as a prompt value.
    ///
    /// # Errors
    /// As [`format_text`](Self::format_text).
    pub fn format(&self, vars: &Map) -> Result<PromptValue> {
        Ok(PromptValue::Text { text: self.format_text(vars)? })
    }

    /// The prompt for any input: an object has the variables by name, anything else is the value of the only
    /// variable.
    ///
    /// # Errors
    /// [`ErrorKind::InputType`](crate::ErrorKind::InputType) when the input is no object and there is not exactly
    /// one variable, and as [`format_text`](Self::format_text).
    pub fn format_input(&self, input: &Dynamic) -> Result<PromptValue> {
        self.format(&self.variables.of_input(Self::NAME, input)?)
    }
}
