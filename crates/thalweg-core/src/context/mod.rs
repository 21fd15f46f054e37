//! [`Context`]: the place in the run tree where a call is made, and what flows down from it.
//!
//! How a configuration is put in force is in `configure`, what calls take for a place in `into`.

mod configure;
mod into;

use std::sync::Arc;

use web_time::Instant;

use crate::ambient;
use crate::cancel::CancelToken;
use crate::event::Listener;
use crate::id::RunId;
use crate::run::{
    Bound, Bounds, Limit, Local, Run, RunKind, RunParts, Scope, StepTag, add_listeners, stricter,
};
use crate::time::{Timer, default_timer};
use crate::value::{Map, Text};

pub(crate) use self::configure::copy_to_metadata;
pub use self::into::IntoContext;

/// A place in the run tree: the run that children attach to, and the configuration they inherit.
///
/// Inside a run the context is current by itself, through every `.await`, in any async runtime. Where a task or
/// thread is spawned, hand it over with [`spawn`](crate::spawn) or [`spawn_fn`](crate::spawn_fn), with
/// [`Context::scope`] or [`Context::enter`], or pass it to the `_with` twin of a call.
///
/// ```
/// use thalweg_core::Context;
///
/// let context = Context::root();
/// assert!(context.run().is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub(crate) scope: Arc<Scope>,
    pub(crate) parent: Option<Arc<Run>>,
    /// The tag for the next run.
    pub(crate) step: Option<StepTag>,
    /// What else is for the next run alone.
    pub(crate) once: Option<Box<Once>>,
    /// Arguments of the call beside its input, such as a model's stop sequences.
    pub(crate) options: Option<Arc<Map>>,
    /// Whether nobody gave a configuration, so that it is the current one as it is.
    pub(crate) implicit: bool,
    /// Whether a binding has completed the configuration, so that those below it have no need to.
    pub(crate) completed: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Once {
    pub(crate) run_name: Option<Text>,
    pub(crate) run_id: Option<RunId>,
    pub(crate) listeners: Vec<Arc<dyn Listener>>,
    pub(crate) bound: Option<Arc<Bound>>,
    /// A second step tag, where langchain-core gives one.
    pub(crate) tag: Option<StepTag>,
    /// Whether the call is one of langchain-core's batches in the order of completion, which its retries only hand on.
    pub(crate) as_completed: bool,
}

impl Once {
    /// What belongs to the run's component alone, with what is for this run alone.
    fn added_to(self, local: Option<Box<Local>>) -> Option<Box<Local>> {
        if self.listeners.is_empty() && self.tag.is_none() {
            return local;
        }
        let mut local = local.unwrap_or_default();
        add_listeners(&mut local.listeners, &self.listeners);
        local.tags.extend(self.tag.map(|tag| Text::from(tag.to_string())));
        Some(local)
    }
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once")
            .field("run_name", &self.run_name)
            .field("run_id", &self.run_id)
            .field("listeners", &self.listeners.len())
            .field("bound", &self.bound)
            .field("tag", &self.tag)
            .field("as_completed", &self.as_completed)
            .finish()
    }
}

impl Context {
    /// A context outside any run, with nothing configured.
    pub fn root() -> Self {
        Self::default()
    }

    /// The current context: that of the run whose code is being polled here, or a root.
    pub fn current() -> Self {
        Self { implicit: true, ..ambient::current().unwrap_or_default() }
    }

    /// The run that calls made with this context become children of.
    pub fn run(&self) -> Option<&Arc<Run>> {
        self.parent.as_ref()
    }

    /// The name that the next run made here gets in place of its own, if one was given.
    pub fn run_name(&self) -> Option<&Text> {
        self.once.as_ref()?.run_name.as_ref()
    }

    /// The tags that runs below inherit; in compat mode only those that the configuration itself says.
    pub fn tags(&self) -> &[Text] {
        match &self.scope.given {
            Some(given) => &given.tags,
            None => &self.scope.tags,
        }
    }

    /// The metadata that runs below inherit; in compat mode only what the configuration itself says.
    pub fn metadata(&self) -> &Map {
        match &self.scope.given {
            Some(given) => &given.metadata,
            None => &self.scope.metadata,
        }
    }

    /// The values of configurable fields.
    pub fn configurable(&self) -> &Map {
        &self.scope.configurable
    }

    /// How deeply functions may still return runnables.
    pub fn recursion_limit(&self) -> u32 {
        self.scope.recursion_limit.unwrap_or(Scope::RECURSION_LIMIT)
    }

    /// How many parts of batches and parallel steps may run at once; `None` if that is not limited.
    pub fn max_concurrency(&self) -> Option<usize> {
        self.limit().map(|limit| limit.most())
    }

    pub(crate) fn limit(&self) -> Option<&Arc<Limit>> {
        self.scope.limit.as_ref()
    }

    /// Whether runs behave and report as langchain-core's do.
    pub fn is_compat(&self) -> bool {
        self.scope.compat
    }

    /// Whether runs behave as langchain-core's do in its synchronous methods.
    pub(crate) fn is_compat_sync(&self) -> bool {
        self.scope.compat && self.scope.compat_sync
    }

    /// What the component is asked beside its input; see [`Chain::bind`](crate::Chain::bind). Options are for one
    /// component alone: calls that are made with this context do not hand them on.
    pub fn options(&self) -> &Map {
        static NONE: Map = Map::new();
        self.options.as_deref().unwrap_or(&NONE)
    }

    /// When the calls made here must have ended, by the deadlines and by the timeouts of the runs that they are part
    /// of; `None` if there is no such limit. The timeout of a call that is yet to be made does not count yet.
    pub fn deadline(&self) -> Option<Instant> {
        let deadline = self.scope.bounds.as_ref().and_then(|bounds| bounds.deadline);
        let runs = self.parent.iter().flat_map(|run| std::iter::once(run).chain(run.ancestors()));
        runs.filter_map(|run| run.bound()?.due()).fold(deadline, |least, due| stricter(least, Some(due)))
    }

    /// Who may end the calls made here from outside. If several may, it is the one that was given last.
    pub fn cancel_token(&self) -> Option<&CancelToken> {
        self.scope.bounds.as_ref()?.tokens.last()
    }

    /// What the core waits with here: the configured timer, or the default if the feature `timer` is on.
    pub fn timer(&self) -> Option<Arc<dyn Timer>> {
        let configured = self.scope.bounds.as_ref().and_then(|bounds| bounds.timer.clone());
        configured.or_else(default_timer)
    }

    /// The run of which this is [`Context::below`], if it is no more than that.
    pub(crate) fn plain_run(&self) -> Option<&Arc<Run>> {
        let Self { scope, parent, step, once, options, implicit, completed } = self;
        let plain = step.is_none() && once.is_none() && options.is_none() && !implicit && !completed;
        parent.as_ref().filter(|run| plain && Arc::ptr_eq(run.scope(), scope))
    }

    /// The context for the next run below `run`.
    pub(crate) fn below(run: &Arc<Run>) -> Self {
        Self {
            scope: Arc::clone(run.scope()),
            parent: Some(Arc::clone(run)),
            step: None,
            once: None,
            options: None,
            implicit: false,
            completed: false,
        }
    }

    /// The same place, with a tag for the next run.
    #[must_use]
    pub(crate) fn step(mut self, step: StepTag) -> Self {
        self.step = Some(step);
        self
    }

    /// The same place, with somebody who hears the next run and none below it.
    #[must_use]
    pub(crate) fn heard_next_by(mut self, listener: Arc<dyn Listener>) -> Self {
        self.once.get_or_insert_default().listeners.push(listener);
        self
    }

    /// The same place with other options for the call.
    #[must_use]
    pub(crate) fn with_options(mut self, options: Option<Arc<Map>>) -> Self {
        self.options = options;
        self
    }

    /// The same place for a call without options.
    #[must_use]
    pub(crate) fn without_options(&self) -> Self {
        self.clone().with_options(None)
    }

    /// The same place with a changed scope.
    #[must_use]
    pub(crate) fn map_scope(mut self, change: impl FnOnce(&mut Scope)) -> Self {
        change(Arc::make_mut(&mut self.scope));
        self
    }

    /// The same place with a limit shared with others, and one of its own inside that, if it has one.
    #[must_use]
    pub(crate) fn within(self, shared: Option<&Arc<Limit>>, own: Option<usize>) -> Self {
        self.map_scope(|scope| {
            scope.limit = match own {
                Some(most) => Some(Limit::new(most, shared.cloned())),
                None => shared.cloned(),
            };
        })
    }

    /// The same place with one more who may end the calls made here.
    #[must_use]
    pub(crate) fn ended_by(self, token: &CancelToken) -> Self {
        let mut bounds = self.scope.bounds.as_deref().cloned().unwrap_or_default();
        bounds.tokens.push(token.clone());
        // Limits for chunks are for models and for the call that has them, not for any call made here.
        let own = Bounds { first_chunk: None, idle: None, ..bounds.clone() };
        let mut context = self.map_scope(|scope| scope.bounds = Some(Arc::new(bounds)));
        context.once.get_or_insert_default().bound = Some(Arc::new(Bound::new(Arc::new(own), None)));
        context
    }

    /// The same place for a call that blocks its thread: it keeps to the bounds of the runs around it by itself, since
    /// those who see to them may be polled on this very thread.
    #[must_use]
    pub(crate) fn blocking(self) -> Self {
        let mut bounds = self.scope.bounds.as_deref().cloned().unwrap_or_default();
        bounds.deadline = self.deadline();
        if self.parent.is_none() || (bounds.deadline.is_none() && bounds.tokens.is_empty()) {
            return self;
        }
        let (own, timeout) = match self.bound() {
            Some(own) => (Bounds { deadline: bounds.deadline, ..Bounds::clone(&own.bounds) }, own.timeout),
            None => (Bounds { first_chunk: None, idle: None, ..bounds.clone() }, None),
        };
        let mut context = self.map_scope(|scope| scope.bounds = Some(Arc::new(bounds)));
        context.once.get_or_insert_default().bound = Some(Arc::new(Bound::new(Arc::new(own), timeout)));
        context
    }

    /// The same place for another call: the time that it may take has not begun.
    #[must_use]
    pub(crate) fn renewed(mut self) -> Self {
        if let Some(bound) = self.once.as_mut().and_then(|once| once.bound.as_mut()) {
            *bound = Arc::new(bound.renewed());
        }
        self
    }

    /// The same place for a run whose whole output is the one chunk of a stream.
    #[must_use]
    pub(crate) fn for_one_chunk(mut self, kind: RunKind) -> Self {
        if let Some(bound) = self.bound_for(kind)
            && bound.bounds.first_chunk.is_some()
        {
            let mut bound = (*bound).clone();
            bound.one_chunk = true;
            self.once.get_or_insert_default().bound = Some(Arc::new(bound));
        }
        self
    }

    /// What bounds the next run, if it is of this kind. Models keep to all that bounds the call that they are part of,
    /// since that is where chunks come from.
    fn bound_for(&self, kind: RunKind) -> Option<Arc<Bound>> {
        let own = self.bound();
        let Some(all) = self.scope.bounds.as_ref().filter(|_| kind.is_model()) else { return own.cloned() };
        match own {
            Some(own) if Arc::ptr_eq(&own.bounds, all) => Some(Arc::clone(own)),
            Some(own) => Some(Arc::new(own.with_bounds(Arc::clone(all)))),
            None => Some(Arc::new(Bound::new(Arc::clone(all), None))).filter(|bound| !bound.is_unbounded()),
        }
    }

    /// What bounds the next run, if anything.
    pub(crate) fn bound(&self) -> Option<&Arc<Bound>> {
        self.once.as_ref()?.bound.as_ref().filter(|bound| !bound.is_unbounded())
    }

    /// Makes the node of the next run. It is not started yet.
    pub(crate) fn make_run(
        self,
        kind: RunKind,
        name: impl FnOnce() -> Text,
        local: Option<Box<Local>>,
    ) -> Arc<Run> {
        let bound = self.bound_for(kind);
        let (run_name, run_id, local) = match self.once {
            None => (None, None, local),
            Some(mut once) => (once.run_name.take(), once.run_id, once.added_to(local)),
        };
        let parts = RunParts { kind, name: run_name.unwrap_or_else(name), step: self.step, local, bound };
        Run::new(run_id, parts, self.parent, self.scope.taken_up())
    }
}
