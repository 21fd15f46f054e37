//! [`EventFilter`]: which runs' events a reader wants.

use super::EventMask;
use crate::run::Run;
use crate::value::Text;

/// Chooses events by the name, the kind and the tags of their runs.
///
/// With nothing included, everything is; else a run is in if its name, kind or one of its tags is included.
/// Whatever is excluded is out. The choice is made once for each run, when it starts.
///
/// ```
/// use thalweg_core::event::EventFilter;
///
/// let filter = EventFilter::new().include_types(["chat_model"]).exclude_tags(["internal"]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct EventFilter {
    include: Lists,
    exclude: Lists,
}

#[derive(Clone, Debug, Default)]
struct Lists {
    names: Option<Vec<Text>>,
    types: Option<Vec<Text>>,
    tags: Option<Vec<Text>>,
}

impl Lists {
    fn is_absent(&self) -> bool {
        self.names.is_none() && self.types.is_none() && self.tags.is_none()
    }

    fn has(&self, name: &str, kind: &str, has_tag: impl Fn(&str) -> bool) -> bool {
        let among = |list: &Option<Vec<Text>>, word: &str| list.iter().flatten().any(|w| w == word);
        among(&self.names, name)
            || among(&self.types, kind)
            || self.tags.iter().flatten().any(|tag| has_tag(tag))
    }
}

fn extend<T: Into<Text>>(list: &mut Option<Vec<Text>>, more: impl IntoIterator<Item = T>) {
    list.get_or_insert_default().extend(more.into_iter().map(Into::into));
}

impl EventFilter {
    /// A filter that lets everything through.
    pub fn new() -> Self {
        Self::default()
    }

    /// Includes runs of these names. A list that is given but empty includes nothing; so for the others.
    pub fn include_names<T: Into<Text>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.include.names, names);
        self
    }

    /// Includes runs of these kinds, as [`RunKind`](crate::run::RunKind)s or by their words: `chat_model`, `parser` and
    /// so on. A word that is no kind is in no run.
    pub fn include_types<T: Into<Text>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.include.types, types);
        self
    }

    /// Includes runs that carry one of these tags, inherited ones too.
    pub fn include_tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.include.tags, tags);
        self
    }

    /// Excludes runs of these names.
    pub fn exclude_names<T: Into<Text>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.exclude.names, names);
        self
    }

    /// Excludes runs of these kinds.
    pub fn exclude_types<T: Into<Text>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.exclude.types, types);
        self
    }

    /// Excludes runs that carry one of these tags.
    pub fn exclude_tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        extend(&mut self.exclude.tags, tags);
        self
    }

    /// Whether the filter lets everything through.
    pub fn is_open(&self) -> bool {
        self.include.is_absent() && self.exclude.is_absent()
    }

    fn passes(&self, name: &str, kind: &str, has_tag: impl Fn(&str) -> bool) -> bool {
        (self.include.is_absent() || self.include.has(name, kind, &has_tag))
            && !self.exclude.has(name, kind, has_tag)
    }

    /// Whether events of this run pass.
    pub fn passes_run(&self, run: &Run) -> bool {
        self.passes(run.name(), run.kind().as_str(), |tag| run.has_tag(tag))
    }

    /// Whether a run log shows this run: as the run's events, but langchain-core's log calls chat models `llm`.
    pub(crate) fn passes_logged(&self, run: &Run) -> bool {
        self.is_open() || self.passes(run.name(), run.logged_kind(), |tag| run.has_tag(tag))
    }

    /// Which events of a run are to be built at all.
    pub(crate) fn mask(&self, run: &Run) -> EventMask {
        if self.is_open() || self.passes_run(run) && !run.scope().compat {
            return EventMask::ALL;
        }
        // A custom event may pass by its own name although its run does not.
        let own = if self.passes_run(run) { EventMask::ALL } else { EventMask::NONE };
        own.union(EventMask::CUSTOM)
    }

    /// Whether a custom event passes. By default it does if its run does, or if its own name is asked for. In
    /// compat mode it is judged by itself: its name stands for its type too, and it has inherited tags only.
    pub(crate) fn passes_custom(&self, run: &Run, name: &Text) -> bool {
        if run.scope().compat {
            let tags = &run.scope().tags;
            return self.passes(name, name, |tag| tags.iter().any(|t| t == tag));
        }
        let named = |lists: &Lists| lists.names.iter().flatten().any(|n| n == name);
        self.is_open() || !named(&self.exclude) && (self.passes_run(run) || named(&self.include))
    }
}
