//! [`Scope`]: what a run hands down to the runs below it.

use std::sync::{Arc, LazyLock};

use super::{Bounds, Given, Limit, Tree, add_entries, add_tags};
use crate::event::Listener;
use crate::value::{Map, Text};

/// What flows down the tree: it changes only where a configuration is added, and is shared everywhere else.
#[derive(Clone)]
pub(crate) struct Scope {
    /// Tags of every run below.
    pub(crate) tags: Arc<[Text]>,
    /// Metadata of every run below.
    pub(crate) metadata: Map,
    /// Who hears the runs below.
    pub(crate) listeners: Arc<[Arc<dyn Listener>]>,
    /// Values for configurable fields and alternatives.
    pub(crate) configurable: Map,
    /// How many runnables that functions return may still nest, if that has been said.
    pub(crate) recursion_limit: Option<u32>,
    /// How many parts of batches and parallel steps may run at once, in the whole tree.
    pub(crate) limit: Option<Arc<Limit>>,
    /// Until when all below must have ended, and what bounds the chunks of models.
    pub(crate) bounds: Option<Arc<Bounds>>,
    /// Whether runs behave and report as langchain-core's do.
    pub(crate) compat: bool,
    /// Whether that has been said.
    pub(crate) compat_is_said: bool,
    /// Whether that is what its synchronous methods do, where they differ from the asynchronous ones.
    pub(crate) compat_sync: bool,
    /// What the configuration itself says; only in compat mode.
    pub(crate) given: Option<Arc<Given>>,
    /// What all runs of the tree share.
    pub(crate) tree: Arc<Tree>,
}

impl Scope {
    /// How deeply functions may return runnables unless a configuration says otherwise.
    pub(crate) const RECURSION_LIMIT: u32 = 25;

    /// What a run with this scope hands down: a configuration that no run has taken up yet becomes part of it.
    pub(crate) fn taken_up(self: Arc<Self>) -> Arc<Self> {
        let Some(given) = self.given.as_deref().filter(|given| given.is_new) else { return self };
        let mut scope = (*self).clone();
        let mut tags = scope.tags.to_vec();
        add_tags(&mut tags, &given.tags);
        scope.tags = tags.into();
        add_entries(&mut scope.metadata, &given.metadata);
        scope.given = Some(Arc::new(Given { is_new: false, ..given.clone() }));
        Arc::new(scope)
    }
}

/// Shared, so that a call with nothing configured does not have to make them.
static NO_TAGS: LazyLock<Arc<[Text]>> = LazyLock::new(|| Arc::new([]));
static NO_LISTENERS: LazyLock<Arc<[Arc<dyn Listener>]>> = LazyLock::new(|| Arc::new([]));

impl Default for Scope {
    fn default() -> Self {
        Self {
            tags: Arc::clone(&NO_TAGS),
            metadata: Map::new(),
            listeners: Arc::clone(&NO_LISTENERS),
            configurable: Map::new(),
            recursion_limit: None,
            limit: None,
            bounds: None,
            compat: false,
            compat_is_said: false,
            compat_sync: false,
            given: None,
            tree: Arc::default(),
        }
    }
}

impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope")
            .field("tags", &self.tags)
            .field("metadata", &self.metadata)
            .field("listeners", &self.listeners.len())
            .field("configurable", &self.configurable)
            .field("recursion_limit", &self.recursion_limit)
            .field("limit", &self.limit)
            .field("bounds", &self.bounds)
            .field("compat", &self.compat)
            .field("compat_sync", &self.compat_sync)
            .field("given", &self.given)
            .finish_non_exhaustive()
    }
}
