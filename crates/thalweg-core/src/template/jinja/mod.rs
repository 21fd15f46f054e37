//! Jinja templates, through `minijinja`.
//!
//! A template cannot reach anything but its variables: there is no loader, so no `include`, `import` or
//! `extends`, values have no attributes besides their own entries, and how much a rendering may do is limited. How
//! much memory it may take is not: a template that doubles a text again and again takes it all. As in langchain-core,
//! what is not defined is empty, nothing is HTML-escaped, and values appear in Python's notation and have the common
//! methods of Python's texts, lists and objects.

mod data;
mod size;

use std::collections::HashSet;

use minijinja::{Environment, UndefinedBehavior};

use super::TemplateFormat;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Map, Text};

/// How many instructions a rendering may take.
const MOST_INSTRUCTIONS: u64 = 5_000_000;

/// The one template's name in its environment.
const NAME: &str = "template";

/// What Jinja brings along itself, so that no variable of this name is asked for.
const GLOBALS: [&str; 6] = ["range", "dict", "lipsum", "cycler", "joiner", "namespace"];

/// A template that has been read.
#[derive(Debug)]
pub(super) struct Jinja {
    environment: Environment<'static>,
}

impl Jinja {
    pub(super) fn parse(source: &Text) -> Result<Self> {
        size::check(source).map_err(|broken| broken.into_error(source, TemplateFormat::Jinja))?;
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Lenient);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_formatter(data::write);
        environment.set_fuel(Some(MOST_INSTRUCTIONS));
        environment.remove_global("debug");
        environment.add_template_owned(NAME, String::from(source.clone())).map_err(failed)?;
        Ok(Self { environment })
    }

    /// The variables that the template looks up.
    pub(super) fn names(&self) -> HashSet<String> {
        let Ok(template) = self.environment.get_template(NAME) else {
            return HashSet::new();
        };
        let mut names = template.undeclared_variables(false);
        names.retain(|name| !GLOBALS.contains(&name.as_str()));
        names
    }

    pub(super) fn render(&self, vars: &Map) -> Result<Text> {
        let template = self.environment.get_template(NAME).map_err(failed)?;
        template.render(data::variables(vars)).map(Text::from).map_err(failed)
    }
}

fn failed(error: minijinja::Error) -> Error {
    let why = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    let mut failed = Error::new(ErrorKind::Template, why).with("format", TemplateFormat::Jinja.as_str());
    if let Some(line) = error.line() {
        failed = failed.with("line", line.to_string());
    }
    failed.with_source(error)
}
