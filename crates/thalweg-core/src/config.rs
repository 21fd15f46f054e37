//! [`Config`]: what a caller wants for a run and all below it.

use std::sync::Arc;
use std::time::Duration;

use web_time::Instant;

use crate::cancel::CancelToken;
use crate::event::Listener;
use crate::id::RunId;
use crate::run::{Bounds, stricter};
use crate::time::Timer;
use crate::value::{Dynamic, Map, Text};

/// What a caller wants for a run, and for all runs below it unless said otherwise.
///
/// Where several configurations hold for a run (that of its call, those of the runs above, one that its chain has by
/// [`Chain::with_config`](crate::Chain::with_config)):
///
/// - tags, metadata, configurable values and handlers add up, the later entry winning key by key;
/// - limits are never loosened: of two deadlines, timeouts, first-chunk or idle timeouts the stricter counts, of two
///   concurrency limits both do, and each cancel token ends the run;
/// - of what can only be one (name, id, recursion limit, mode, timer) that of the call, or of the nearest run above
///   that has one, wins over that of the chain.
///
/// ```
/// use thalweg_core::Config;
///
/// let config = Config::new().tag("nightly").metadata("user", "ada").run_name("summary");
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Config {
    pub(crate) tags: Vec<Text>,
    pub(crate) metadata: Map,
    pub(crate) run_name: Option<Text>,
    pub(crate) run_id: Option<RunId>,
    pub(crate) listeners: Vec<Arc<dyn Listener>>,
    pub(crate) configurable: Map,
    pub(crate) recursion_limit: Option<u32>,
    pub(crate) max_concurrency: Option<usize>,
    pub(crate) compat: Option<bool>,
    pub(crate) compat_sync: Option<bool>,
    pub(crate) empties: Empties,
    pub(crate) timeout: Option<Duration>,
    pub(crate) bounds: Bounds,
}

/// Which parts of a configuration are empty on purpose: in compat mode they take the place of those before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Empties {
    pub(crate) tags: bool,
    pub(crate) metadata: bool,
    pub(crate) configurable: bool,
}

impl Empties {
    /// What either says.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            tags: self.tags || other.tags,
            metadata: self.metadata || other.metadata,
            configurable: self.configurable || other.configurable,
        }
    }
}

impl Config {
    /// A configuration that asks for nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tag to the run and all below.
    pub fn tag(mut self, tag: impl Into<Text>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds tags to the run and all below.
    pub fn tags<T: Into<Text>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags.extend(tags.into_iter().map(Into::into));
        self
    }

    /// Sets an entry of the metadata of the run and all below.
    pub fn metadata(mut self, key: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.metadata.insert(key, value);
        self
    }

    /// Names the run; runs below keep their names. An empty name is none.
    pub fn run_name(mut self, name: impl Into<Text>) -> Self {
        self.run_name = Some(name.into()).filter(|name| !name.is_empty());
        self
    }

    /// Gives the run its id. It must not be in use by another run.
    pub fn run_id(mut self, id: RunId) -> Self {
        self.run_id = Some(id);
        self
    }

    /// Sets the value of a configurable field, or chooses among configurable alternatives.
    pub fn configurable(mut self, id: impl Into<Text>, value: impl Into<Dynamic>) -> Self {
        self.configurable.insert(id, value);
        self
    }

    /// How deeply functions may return runnables that return runnables; 25 unless set.
    pub fn recursion_limit(mut self, limit: u32) -> Self {
        self.recursion_limit = Some(limit);
        self
    }

    /// How many parts of batches and parallel steps may run at once in the whole tree; unlimited unless set. 0
    /// counts as 1.
    pub fn max_concurrency(mut self, limit: usize) -> Self {
        self.max_concurrency = Some(limit);
        self
    }

    /// How long the run may take. Then all that runs for it is cancelled, and it ends with an error of kind `Timeout`
    /// that has its path.
    ///
    /// The time of a call counts from its first poll: what is made now and polled later has all of it. In a batch each
    /// input has this time for itself, from when its turn has come. A step of a chain that has a configuration of its
    /// own has the time from its own start.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// When the run, and all that runs for it, must have ended, whenever it begins; as [`Config::timeout`] otherwise.
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.bounds.deadline = Some(deadline);
        self
    }

    /// How long the run may take to give its first chunk when it is streamed, and so for every model below. Then it
    /// ends as by [`Config::timeout`].
    pub fn first_chunk_timeout(mut self, limit: Duration) -> Self {
        self.bounds.first_chunk = Some(limit);
        self
    }

    /// How long the run may take to give each further chunk when it is streamed, and so for every model below. Only
    /// time in which somebody waits for the chunk counts. Then it ends as by [`Config::timeout`].
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.bounds.idle = Some(limit);
        self
    }

    /// Lets the token end the run from outside: all that runs for it is cancelled, and it ends with an error of kind
    /// `Cancelled`. Of several tokens each can.
    pub fn cancel_token(mut self, token: CancelToken) -> Self {
        self.bounds.tokens.push(token);
        self
    }

    /// What the core waits with; a timer of its own unless set, if the feature `timer` is on.
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.bounds.timer = Some(Arc::new(timer));
        self
    }

    /// Whether there is nothing in it but a mode.
    pub(crate) fn says_nothing(&self) -> bool {
        self.tags.is_empty()
            && self.metadata.is_empty()
            && self.configurable.is_empty()
            && self.listeners.is_empty()
            && self.run_name.is_none()
            && self.run_id.is_none()
            && self.recursion_limit.is_none()
            && self.max_concurrency.is_none()
            && self.timeout.is_none()
            && self.bounds.is_empty()
            && !(self.empties.tags || self.empties.metadata || self.empties.configurable)
    }

    pub(crate) fn listener(mut self, listener: Arc<dyn Listener>) -> Self {
        self.listeners.push(listener);
        self
    }

    /// Both configurations as one: tags, metadata, configurable values, handlers and tokens add up, of two time limits
    /// the stricter counts, and of what can only be one that of `other` wins.
    pub fn merge(mut self, other: Self) -> Self {
        self.tags.extend(other.tags);
        for (key, value) in other.metadata {
            self.metadata.insert(key, value);
        }
        for (key, value) in other.configurable {
            self.configurable.insert(key, value);
        }
        self.listeners.extend(other.listeners);
        self.bounds.tighten(&other.bounds);
        Self {
            run_name: other.run_name.or(self.run_name),
            run_id: other.run_id.or(self.run_id),
            recursion_limit: other.recursion_limit.or(self.recursion_limit),
            max_concurrency: other.max_concurrency.or(self.max_concurrency),
            compat: other.compat.or(self.compat),
            compat_sync: other.compat_sync.or(self.compat_sync),
            timeout: stricter(self.timeout, other.timeout),
            empties: self.empties.and(other.empties),
            bounds: self.bounds,
            ..self
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("tags", &self.tags)
            .field("metadata", &self.metadata)
            .field("run_name", &self.run_name)
            .field("run_id", &self.run_id)
            .field("listeners", &self.listeners.len())
            .field("configurable", &self.configurable)
            .field("recursion_limit", &self.recursion_limit)
            .field("max_concurrency", &self.max_concurrency)
            .field("compat", &self.compat)
            .field("compat_sync", &self.compat_sync)
            .field("empties", &self.empties)
            .field("timeout", &self.timeout)
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}
