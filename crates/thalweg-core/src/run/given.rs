//! [`Given`]: what a configuration says for itself, where that is told apart from what the runs above hand down. Only
//! langchain-core's behaviour needs it: there a configuration's own tags and metadata are what its functions see and
//! what a further configuration takes the place of.

use crate::value::{Map, Text};

/// Tags and metadata of the configuration that is in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) tags: Vec<Text>,
    pub(crate) metadata: Map,
    /// Whether no run has taken them up yet, so that they are not among those that are handed down.
    pub(crate) is_new: bool,
}

/// Adds tags. One that is there moves to the end, once; what is twice among the new ones stays so.
pub(crate) fn add_tags(all: &mut Vec<Text>, more: &[Text]) {
    for tag in more {
        if let Some(there) = all.iter().position(|there| there == tag) {
            all.remove(there);
        }
    }
    all.extend_from_slice(more);
}

/// Adds entries; the new ones win.
pub(crate) fn add_entries(all: &mut Map, more: &Map) {
    for (key, value) in more.iter() {
        all.insert(key.clone(), value.clone());
    }
}
