//! [`CallOptions`]: what a call asks of a model beside its prompt; [`ModelParams`]: what a model says of a call.

use std::sync::Arc;

use crate::value::{Dynamic, Map, Text};

/// What a call asks of a model beside its prompt: stop sequences, tools, temperature and whatever else the model
/// understands. Options that have no method here are set and read by name.
///
/// ```
/// use thalweg_core::model::CallOptions;
///
/// let options = CallOptions::new().stop(["\n"]).temperature(0.0).set("seed", 7);
/// assert_eq!(options.stop_sequences().count(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct CallOptions(Option<Arc<Map>>);

static NONE: Map = Map::new();

impl CallOptions {
    /// No options.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an option by its name.
    pub fn set(mut self, name: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        Arc::make_mut(self.0.get_or_insert_default()).insert(name, value);
        self
    }

    /// The answer ends before the first of these texts.
    pub fn stop<T: Into<Text>>(self, texts: impl IntoIterator<Item = T>) -> Self {
        self.set("stop", Dynamic::List(texts.into_iter().map(|text| Dynamic::Text(text.into())).collect()))
    }

    /// How freely the model chooses.
    pub fn temperature(self, temperature: f64) -> Self {
        self.set("temperature", temperature)
    }

    /// How many tokens the answer may have.
    pub fn max_tokens(self, tokens: u32) -> Self {
        self.set("max_tokens", tokens)
    }

    /// An option by its name.
    pub fn get(&self, name: &str) -> Option<&Dynamic> {
        self.as_map().get(name)
    }

    /// The texts before which the answer ends.
    pub fn stop_sequences(&self) -> impl Iterator<Item = &str> {
        let list = self.get("stop").and_then(Dynamic::as_list);
        list.into_iter().flat_map(|list| list.iter().filter_map(Dynamic::as_str))
    }

    /// All options by name.
    pub fn as_map(&self) -> &Map {
        self.0.as_deref().unwrap_or(&NONE)
    }

    pub(crate) fn shared(map: Option<Arc<Map>>) -> Self {
        Self(map)
    }
}

impl From<Map> for CallOptions {
    fn from(map: Map) -> Self {
        Self(Some(Arc::new(map)))
    }
}

impl From<CallOptions> for Map {
    fn from(options: CallOptions) -> Self {
        options.0.map_or_else(Self::new, Arc::unwrap_or_clone)
    }
}

/// What a model says of one call; it stands in the run's metadata under the field's `ls_` names.
///
/// ```
/// use thalweg_core::model::ModelParams;
///
/// let params = ModelParams::new("anthropic", "claude-sonnet").temperature(0.0);
/// assert_eq!(params.metadata("chat").get("ls_provider").unwrap().as_str(), Some("anthropic"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct ModelParams {
    provider: Text,
    model_name: Text,
    rest: Map,
}

impl ModelParams {
    /// Who answers: the provider's and the model's name.
    pub fn new(provider: impl Into<Text>, model_name: impl Into<Text>) -> Self {
        Self { provider: provider.into(), model_name: model_name.into(), rest: Map::new() }
    }

    /// The temperature in force.
    pub fn temperature(self, temperature: f64) -> Self {
        self.with("ls_temperature", temperature)
    }

    /// The longest answer in force, in tokens.
    pub fn max_tokens(self, tokens: u32) -> Self {
        self.with("ls_max_tokens", tokens)
    }

    /// Any other entry.
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.rest.insert(name, value);
        self
    }

    /// The entries for a run's metadata; `kind` is `chat` or `llm`.
    pub fn metadata(self, kind: &'static str) -> Map {
        let mut map = Map::new();
        if !self.provider.is_empty() {
            map.insert("ls_provider", self.provider);
        }
        if !self.model_name.is_empty() {
            map.insert("ls_model_name", self.model_name);
        }
        map.insert("ls_model_type", kind);
        for (key, value) in self.rest {
            map.insert(key, value);
        }
        map
    }
}
