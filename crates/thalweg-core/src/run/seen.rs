//! A run as a place below it shows it: there a custom event that is given to a place carries what the next run of that
//! place would, and is heard by those who would hear that run.

use std::sync::Arc;

use super::{Run, RunParts, Scope, StepTag};
use crate::value::Text;

impl Run {
    /// This run with what a place below it hands down to its next run.
    pub(crate) fn seen_from(self: &Arc<Self>, scope: Arc<Scope>, step: Option<&StepTag>) -> Arc<Self> {
        let mut scope = scope.taken_up();
        if let Some(step) = step {
            let tags = scope.tags.iter().cloned().chain([Text::from(step.to_string())]).collect();
            Arc::make_mut(&mut scope).tags = tags;
        }
        let parts =
            RunParts { kind: self.kind(), name: self.name().clone(), step: None, local: None, bound: None };
        Self::new(Some(self.id()), parts, self.parent().cloned(), scope)
    }

    /// Gives what has to be waited for on this run to another one.
    pub(crate) fn hand_waits_to(&self, other: &Self) {
        let tree = &self.scope().tree;
        other.pending.push(self.pending.take(tree), tree);
    }
}
