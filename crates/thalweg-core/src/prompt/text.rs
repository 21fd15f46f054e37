//! [`PromptTemplate`]: a template that makes a text.

use std::ops::Add;

use super::PromptValue;
use super::variables::{Filling, Variables};
use crate::error::{Error, ErrorKind, Result};
use crate::template::{Template, TemplateFormat};
use crate::value::{Dynamic, Map, Text};

/// A prompt of one text, with variables in it.
///
/// ```
/// use thalweg_core::prompt::PromptTemplate;
/// use thalweg_core::value::Dynamic;
///
/// let prompt = PromptTemplate::from_template("Tell me a {kind} joke about {topic}")?.partial("kind", "short");
/// assert_eq!(prompt.input_variables(), ["topic"]);
///
/// let value = prompt.format_input(&Dynamic::from("ice cream"))?;
/// assert_eq!(value, "Tell me a short joke about ice cream".into());
/// # Ok::<(), thalweg_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PromptTemplate {
    template: Template,
    variables: Variables,
}

impl PromptTemplate {
    /// The name of its runs.
    pub const NAME: &'static str = "PromptTemplate";

    /// A prompt of an f-string: `{name}` is a variable, `{{` and `}}` are literal braces.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn from_template(text: impl Into<Text>) -> Result<Self> {
        Self::parse(text, TemplateFormat::FString)
    }

    /// A prompt of a template in any format.
    ///
    /// # Errors
    /// [`ErrorKind::Template`] when the text is no such template.
    pub fn parse(text: impl Into<Text>, format: TemplateFormat) -> Result<Self> {
        Template::parse(text, format).map(Self::from)
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

    /// The variables that must be given, sorted.
    pub fn input_variables(&self) -> &[Text] {
        self.variables.required()
    }

    /// The template.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The text with the variables filled in. Variables that it does not use are ignored.
    ///
    /// # Errors
    /// [`ErrorKind::MissingVariable`] when some are missing, and what [`Template::render`] fails with.
    pub fn format_text(&self, vars: &Map) -> Result<Text> {
        self.template.render(&*self.variables.complete(Self::NAME, vars)?)
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
    /// [`ErrorKind::InputType`] when the input is no object and there is not exactly one variable, and as
    /// [`format_text`](Self::format_text).
    pub fn format_input(&self, input: &Dynamic) -> Result<PromptValue> {
        self.format(&self.variables.of_input(Self::NAME, input)?)
    }
}

impl From<Template> for PromptTemplate {
    fn from(template: Template) -> Self {
        let variables = Variables::new(template.variables(), []);
        Self { template, variables }
    }
}

/// One prompt after the other, as one text.
///
/// # Errors
/// When the formats differ, or when a variable has been filled in on both sides.
impl Add for PromptTemplate {
    type Output = Result<Self>;

    fn add(self, other: Self) -> Result<Self> {
        let format = self.template.format();
        if format != other.template.format() {
            return Err(Error::new(ErrorKind::Config, "only templates of one format add up")
                .with("left", format.as_str())
                .with("right", other.template.format().as_str()));
        }
        let text = [self.template.source().as_str(), other.template.source()].concat();
        let mut sum = Self::parse(text, format)?;
        sum.variables.fill_from(&self.variables);
        match sum.variables.fill_from(&other.variables) {
            Some(name) => {
                Err(Error::new(ErrorKind::Config, "a variable is filled in on both sides")
                    .with("variable", name))
            }
            None => Ok(sum),
        }
    }
}

/// The prompt with more text behind it, which is read as a template of the same format.
///
/// # Errors
/// When the text is no such template.
impl Add<&str> for PromptTemplate {
    type Output = Result<Self>;

    fn add(self, text: &str) -> Result<Self> {
        let format = self.template.format();
        self + Self::parse(text, format)?
    }
}
