//! [`Shown`]: what is put together from a run and those above it. It is made once, when the first asks, and shared by
//! all that show it.

use std::sync::{Arc, OnceLock};

use super::{Run, add_entries, add_tags};
use crate::id::RunId;
use crate::value::{Map, Text};

#[derive(Default)]
pub(super) struct Shown {
    tags: OnceLock<Arc<[Text]>>,
    metadata: OnceLock<Map>,
    parent_ids: OnceLock<Arc<[RunId]>>,
    path: OnceLock<Arc<[Text]>>,
}

impl Run {
    fn shown(&self) -> &Shown {
        self.shown.get_or_init(Box::default)
    }

    /// The ids of the runs above this one, the root first.
    pub fn parent_ids(&self) -> &[RunId] {
        self.shared_parent_ids()
    }

    pub(crate) fn shared_parent_ids(&self) -> &Arc<[RunId]> {
        self.shown().parent_ids.get_or_init(|| {
            let mut ids: Vec<_> = self.ancestors().map(|run| run.id()).collect();
            ids.reverse();
            ids.into()
        })
    }

    /// The names of the runs from the root to this one.
    pub fn path(&self) -> Arc<[Text]> {
        let path = self.shown().path.get_or_init(|| {
            let mut names: Vec<_> = self.ancestors().map(|run| run.name().clone()).collect();
            names.reverse();
            names.push(self.name().clone());
            names.into()
        });
        Arc::clone(path)
    }

    /// The run's tags: inherited ones, the one its composition gave it, and its component's own.
    pub fn tags(&self) -> &[Text] {
        self.shared_tags()
    }

    pub(crate) fn shared_tags(&self) -> &Arc<[Text]> {
        let local = self.local().map_or(&[][..], |local| &local.tags);
        let inherited = &self.scope().tags;
        if self.step_tag().is_none() && local.is_empty() {
            return inherited;
        }
        self.shown().tags.get_or_init(|| {
            let mut tags = inherited.to_vec();
            if let Some(step) = self.step_tag() {
                let step = Text::from(step.to_string());
                tags.retain(|tag| *tag != step);
                tags.push(step);
            }
            add_tags(&mut tags, local);
            tags.into()
        })
    }

    /// Whether the run carries this tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.scope().tags.iter().any(|t| t == tag)
            || self.local().is_some_and(|local| local.tags.iter().any(|t| t == tag))
            || self.step_tag().is_some_and(|step| step.is(tag))
    }

    /// The run's metadata: inherited entries and its component's own, which win.
    pub fn metadata(&self) -> &Map {
        let inherited = &self.scope().metadata;
        let Some(local) = self.local().filter(|local| !local.metadata.is_empty()) else { return inherited };
        self.shown().metadata.get_or_init(|| {
            let mut all = inherited.clone();
            add_entries(&mut all, &local.metadata);
            all
        })
    }
}
