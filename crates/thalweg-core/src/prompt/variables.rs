//! What the variables of a prompt are: which it needs, which may be left out, which have been filled in before.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Error, Result};
use crate::template::check_given;
use crate::value::{Dynamic, List, Map, Text};

/// The variables of one prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    /// Sorted; without those that have been filled in.
    required: Vec<Text>,
    /// Sorted.
    optional: Vec<Text>,
    filled: IndexMap<Text, Filling>,
}

/// A value, or what makes one anew for each prompt.
#[derive(Clone)]
pub(super) enum Filling {
    Value(Dynamic),
    Function(Arc<dyn Fn() -> Dynamic + Send + Sync>),
}

impl Variables {
    /// Of the names that a prompt uses; the optional ones stand for lists, empty if they are left out.
    pub(super) fn new<'a>(
        used: impl IntoIterator<Item = &'a Text>,
        optional: impl IntoIterator<Item = &'a Text>,
    ) -> Self {
        let optional = sorted(optional);
        let empty = |name: &Text| (name.clone(), Filling::Value(List::new().into()));
        let filled: IndexMap<_, _> = optional.iter().map(empty).collect();
        let mut required = sorted(used);
        required.retain(|name| !filled.contains_key(name));
        Self { required, optional, filled }
    }

    pub(super) fn required(&self) -> &[Text] {
        &self.required
    }

    pub(super) fn optional(&self) -> &[Text] {
        &self.optional
    }

    pub(super) fn fill(&mut self, name: impl Into<Text>, filling: Filling) {
        let name = name.into();
        self.required.retain(|required| *required != name);
        self.filled.insert(name, filling);
    }

    /// Takes over what has been filled in there; the first name that is filled in on both sides, if there is
    /// one besides the optional ones.
    pub(super) fn fill_from(&mut self, other: &Self) -> Option<Text> {
        let mut twice = None;
        for (name, filling) in &other.filled {
            if self.filled.contains_key(name) && !self.optional.contains(name) {
                twice.get_or_insert_with(|| name.clone());
            }
            self.fill(name.clone(), filling.clone());
        }
        twice
    }

    /// The values for a prompt: what is given, and what has been filled in where nothing is given.
    ///
    /// # Errors
    /// When a required one is missing.
    pub(super) fn complete<'a>(&self, prompt: &str, given: &'a Map) -> Result<Cow<'a, Map>> {
        check_given(prompt, &self.required, given)?;
        if self.filled.is_empty() {
            return Ok(Cow::Borrowed(given));
        }
        let mut all = given.clone();
        for (name, filling) in &self.filled {
            if !given.contains_key(name) {
                all.insert(name.clone(), filling.value());
            }
        }
        Ok(Cow::Owned(all))
    }

    /// The variables that an input stands for: an object has them by name; anything else is the value of the
    /// only variable that the prompt needs.
    ///
    /// # Errors
    /// When it is no object and there is not exactly one variable.
    pub(super) fn of_input(&self, prompt: &str, input: &Dynamic) -> Result<Map> {
        if let Dynamic::Map(map) = input {
            return Ok(map.clone());
        }
        if let Dynamic::Object(_) = input
            && let Ok(Dynamic::Map(map)) = Dynamic::from_serialize(input)
        {
            return Ok(map);
        }
        match self.required.as_slice() {
            [only] => Ok([(only.clone(), input.clone())].into_iter().collect()),
            all => Err(Error::input_type(prompt, "an object of its variables", input.type_name())
                .with("variables", all.join(", "))),
        }
    }
}

impl Filling {
    pub(super) fn function<V: Into<Dynamic>>(function: impl Fn() -> V + Send + Sync + 'static) -> Self {
        Self::Function(Arc::new(move || function().into()))
    }

    fn value(&self) -> Dynamic {
        match self {
            Self::Value(value) => value.clone(),
            Self::Function(function) => function(),
        }
    }
}

impl fmt::Debug for Filling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Function(_) => f.write_str("<function>"),
        }
    }
}

fn sorted<'a>(names: impl IntoIterator<Item = &'a Text>) -> Vec<Text> {
    let mut names: Vec<Text> = names.into_iter().cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}
