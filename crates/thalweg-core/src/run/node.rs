//! [`Run`]: one node of the run tree.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::pending::Pending;
use super::shown::Shown;
use super::{Bound, Heard, RunKind, Scope, StepTag};
use crate::cancel::CancelToken;
use crate::event::{EventMask, Listener};
use crate::id::RunId;
use crate::value::{Map, Text};

/// One run: an execution of one component.
///
/// A run is made only below a [`Context`](crate::Context), so that its parent is always known, and is shared by
/// all its events.
pub struct Run {
    id: OnceLock<RunId>,
    parts: RunParts,
    parent: Option<Arc<Self>>,
    scope: Arc<Scope>,
    listeners: Arc<[Arc<dyn Listener>]>,
    heard: Heard,
    /// Whether the run's end has been told.
    closed: AtomicBool,
    /// Cancelled when it is, for what has left the run's task; made when something does.
    over: OnceLock<CancelToken>,
    /// Who was told by code that could not wait.
    pub(super) pending: Pending,
    /// What has been put together because somebody asked.
    pub(super) shown: OnceLock<Box<Shown>>,
}

/// What a component says of a run that it starts.
pub(crate) struct RunParts {
    pub(crate) kind: RunKind,
    pub(crate) name: Text,
    pub(crate) step: Option<StepTag>,
    /// Tags, metadata and listeners of the component itself: they are this run's alone.
    pub(crate) local: Option<Box<Local>>,
    /// What this run has to keep to.
    pub(crate) bound: Option<Arc<Bound>>,
}

/// What belongs to one component and is not handed down.
#[derive(Clone, Default)]
pub(crate) struct Local {
    pub(crate) tags: Vec<Text>,
    pub(crate) metadata: Map,
    pub(crate) listeners: Vec<Arc<dyn Listener>>,
    /// For a tool: the id of the call that it answers.
    pub(crate) tool_call_id: Option<Text>,
}

impl Run {
    pub(crate) fn new(
        id: Option<RunId>,
        parts: RunParts,
        parent: Option<Arc<Self>>,
        scope: Arc<Scope>,
    ) -> Arc<Self> {
        let cell = OnceLock::new();
        if let Some(id) = id {
            // A new cell is empty, so that this cannot fail.
            let _ = cell.set(id);
        }
        let listeners = match &parts.local {
            Some(local) if !local.listeners.is_empty() => with_local(&scope.listeners, &local.listeners),
            _ => Arc::clone(&scope.listeners),
        };
        let mut run = Self {
            id: cell,
            parts,
            parent,
            scope,
            listeners,
            heard: Heard::Nothing,
            closed: AtomicBool::new(false),
            over: OnceLock::new(),
            pending: Pending::default(),
            shown: OnceLock::new(),
        };
        if !run.listeners.is_empty() {
            run.heard = Heard::new(run.listeners.iter().map(|listener| listener.hears(&run)));
            // Made now, so that the ids of those whom somebody hears sort as their runs were made.
            run.id();
        }
        Arc::new(run)
    }

    /// The run's id; made when it is first asked for.
    pub fn id(&self) -> RunId {
        *self.id.get_or_init(RunId::new)
    }

    /// The kind of component that runs.
    pub fn kind(&self) -> RunKind {
        self.parts.kind
    }

    /// The kind as a run log shows it: langchain-core's does not tell chat models from text models.
    pub(crate) fn logged_kind(&self) -> &'static str {
        match self.kind() {
            RunKind::ChatModel if self.scope.compat => RunKind::Llm.as_str(),
            kind => kind.as_str(),
        }
    }

    /// The run's name.
    pub fn name(&self) -> &Text {
        &self.parts.name
    }

    /// The run that this one is part of; none for the root.
    pub fn parent(&self) -> Option<&Arc<Self>> {
        self.parent.as_ref()
    }

    /// The runs above this one, the parent first and the root last.
    pub fn ancestors(&self) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::successors(self.parent(), |run| run.parent())
    }

    /// The tag that the run's composition gave it.
    pub fn step_tag(&self) -> Option<&StepTag> {
        self.parts.step.as_ref()
    }

    pub(super) fn local(&self) -> Option<&Local> {
        self.parts.local.as_deref()
    }

    /// For a tool's run, the id of the tool call that it answers.
    pub fn tool_call_id(&self) -> Option<&Text> {
        self.local()?.tool_call_id.as_ref()
    }

    /// What this run has to keep to.
    pub(crate) fn bound(&self) -> Option<&Arc<Bound>> {
        self.parts.bound.as_ref()
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    /// The tags that runs below this one inherit: without its step's and its component's own. langchain-core shows
    /// these on custom events.
    pub fn inherited_tags(&self) -> &[Text] {
        &self.scope.tags
    }

    /// The metadata that runs below this one inherit.
    pub fn inherited_metadata(&self) -> &Map {
        &self.scope.metadata
    }

    /// Says that the run's end is told now; false if it was told before.
    pub(crate) fn close(&self) -> bool {
        let first = !self.closed.swap(true, Ordering::AcqRel);
        if first && let Some(over) = self.over.get() {
            over.cancel();
        }
        first
    }

    /// A token that is cancelled when the run's end is told.
    pub(crate) fn over(&self) -> &CancelToken {
        let over = self.over.get_or_init(CancelToken::new);
        // Changes nothing, but comes either before the change in `close`, which then finds the token, or after it.
        if self.closed.fetch_or(false, Ordering::AcqRel) {
            over.cancel();
        }
        over
    }

    /// Whether somebody who may end the run from outside has done so.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.scope.bounds.as_ref().is_some_and(|bounds| bounds.is_cancelled())
    }

    /// Whether the run's end has been told.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(super) fn listeners(&self) -> &[Arc<dyn Listener>] {
        &self.listeners
    }

    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Whether anybody hears one of these events of this run.
    pub(crate) fn hears(&self, mask: EventMask) -> bool {
        self.heard.any(mask)
    }

    /// Whether somebody who hears this run wants models to stream.
    pub(crate) fn wants_tokens(&self) -> bool {
        self.listeners.iter().any(|listener| listener.wants_tokens())
    }
}

/// The inherited listeners and the component's own; one that is among both hears once.
fn with_local(inherited: &[Arc<dyn Listener>], local: &[Arc<dyn Listener>]) -> Arc<[Arc<dyn Listener>]> {
    let mut all = inherited.to_vec();
    add_listeners(&mut all, local);
    all.into()
}

/// Adds the listeners that are not there yet.
pub(crate) fn add_listeners(all: &mut Vec<Arc<dyn Listener>>, more: &[Arc<dyn Listener>]) {
    for listener in more {
        if !all.iter().any(|there| there.identity() == listener.identity()) {
            all.push(Arc::clone(listener));
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("id", &self.id())
            .field("kind", &self.kind())
            .field("name", self.name())
            .field("tags", &self.tags())
            .finish_non_exhaustive()
    }
}
