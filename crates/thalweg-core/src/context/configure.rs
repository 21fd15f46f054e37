//! How a configuration is put in force: what of it adds up, what takes the place of something, which limit counts.

use std::sync::Arc;

use super::Context;
use crate::config::Config;
use crate::run::{Bound, Bounds, Given, Limit, Scope, add_entries, add_listeners, stricter};
use crate::value::{Dynamic, Map};

/// Which of two values counts where there can only be one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wins {
    /// That of the configuration.
    New,
    /// The one that is in force.
    Old,
}

impl Wins {
    fn of<T>(self, old: Option<T>, new: Option<T>) -> Option<T> {
        match self {
            Self::New => new.or(old),
            Self::Old => old.or(new),
        }
    }
}

impl Context {
    /// The context with a configuration added: it applies to the calls made with the result and all below.
    #[must_use]
    pub fn with_config(&self, config: &Config) -> Self {
        self.put(config, Wins::New)
    }

    /// Puts a configuration in force. What adds up does, and of two limits the stricter counts; of what can only be
    /// one, `wins` says which it is, except where the configuration says nothing.
    fn put(&self, config: &Config, wins: Wins) -> Self {
        let mut scope = (*self.scope).clone();
        if let Some(compat) = config.compat
            && (wins == Wins::New || !scope.compat_is_said)
        {
            scope.compat = compat;
            scope.compat_is_said = true;
        }
        if let Some(sync) = config.compat_sync {
            scope.compat_sync = sync;
        }
        if scope.compat {
            give(&mut scope, config);
        } else {
            if !config.tags.is_empty() {
                let old = scope.tags.iter().filter(|tag| !config.tags.contains(tag));
                scope.tags = old.chain(&config.tags).cloned().collect();
            }
            add_entries(&mut scope.metadata, &config.metadata);
            add_entries(&mut scope.configurable, &config.configurable);
            copy_to_metadata(&scope.configurable, &mut scope.metadata);
        }
        if !config.listeners.is_empty() {
            let mut all = scope.listeners.to_vec();
            add_listeners(&mut all, &config.listeners);
            scope.listeners = all.into();
        }
        scope.recursion_limit = wins.of(scope.recursion_limit, config.recursion_limit);
        if let Some(limit) = config.max_concurrency {
            scope.limit = Some(Limit::new(limit, scope.limit.take()));
        }
        let mut once = self.once.clone();
        let bounds = self.bounds_with(config, wins);
        if bounds.is_some() || config.timeout.is_some() {
            scope.bounds = bounds.or(scope.bounds);
            let once = once.get_or_insert_default();
            let timeout = stricter(config.timeout, once.bound.as_ref().and_then(|bound| bound.timeout));
            let bounds = scope.bounds.clone().unwrap_or_default();
            once.bound = Some(Arc::new(Bound::new(bounds, timeout)));
        }
        if config.run_name.is_some() || config.run_id.is_some() {
            let once = once.get_or_insert_default();
            once.run_name = config.run_name.clone().or_else(|| once.run_name.take());
            once.run_id = config.run_id.or(once.run_id);
        }
        Self {
            scope: Arc::new(scope),
            parent: self.parent.clone(),
            step: self.step.clone(),
            once,
            options: self.options.clone(),
            implicit: self.implicit && config.says_nothing(),
            completed: self.completed,
        }
    }

    /// The bounds with those of a configuration, if it has any.
    fn bounds_with(&self, config: &Config, wins: Wins) -> Option<Arc<Bounds>> {
        if config.bounds.is_empty() {
            return None;
        }
        let mut bounds = self.scope.bounds.as_deref().cloned().unwrap_or_default();
        let timer = wins.of(bounds.timer.take(), config.bounds.timer.clone());
        bounds.tighten(&config.bounds);
        bounds.timer = timer;
        Some(Arc::new(bounds))
    }

    /// As [`Context::with_config`], but what is there already wins; limits count as there, both of them.
    #[must_use]
    pub(crate) fn with_defaults(&self, config: &Config) -> Self {
        let mut context = self.put(config, Wins::Old);
        if let (Some(once), Some(given)) = (&mut context.once, &self.once) {
            once.run_name = given.run_name.clone().or_else(|| once.run_name.take());
            once.run_id = given.run_id.or(once.run_id);
        }
        context.map_scope(|scope| {
            for (key, value) in self.scope.metadata.iter() {
                scope.metadata.insert(key.clone(), value.clone());
            }
            for (key, value) in self.scope.configurable.iter() {
                scope.configurable.insert(key.clone(), value.clone());
            }
        })
    }

    /// As [`Context::with_config`], but tags, metadata and configurable values that the configuration has take the
    /// place of the context's.
    #[must_use]
    pub fn replacing(&self, config: &Config) -> Self {
        let cleared = self.clone().map_scope(|scope| {
            if !config.tags.is_empty() {
                scope.tags = Arc::new([]);
            }
            if !config.metadata.is_empty() {
                scope.metadata = Map::new();
            }
            if !config.configurable.is_empty() {
                scope.configurable = Map::new();
            }
        });
        cleared.with_config(config)
    }
}

/// Puts a configuration in force as langchain-core does: each of its parts takes the place of the one before. What the
/// runs above hand down stays.
fn give(scope: &mut Scope, config: &Config) {
    let mut given = scope.given.as_deref().cloned().unwrap_or_default();
    if !config.tags.is_empty() || config.empties.tags {
        given.tags.clone_from(&config.tags);
    }
    if !config.metadata.is_empty() || config.empties.metadata {
        given.metadata.clone_from(&config.metadata);
    }
    if !config.configurable.is_empty() || config.empties.configurable {
        scope.configurable.clone_from(&config.configurable);
    }
    copy_to_metadata(&scope.configurable, &mut given.metadata);
    scope.given = Some(Arc::new(Given { is_new: true, ..given }));
}

/// As langchain-core does, these configurable values show as metadata too.
pub(crate) fn copy_to_metadata(configurable: &Map, metadata: &mut Map) {
    for key in ["model", "checkpoint_ns"] {
        if let Some(Dynamic::Text(value)) = configurable.get(key)
            && !metadata.contains_key(key)
        {
            metadata.insert(key, value.clone());
        }
    }
}
