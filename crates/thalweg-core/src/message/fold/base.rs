//! [`BaseSum`]: the parts that chunks of every kind of message have.

use crate::error::Result;
use crate::message::Content;
use crate::message::merge::{GrowingContent, TreeMap};
use crate::value::Map;

/// Content and the provider's objects, growing.
#[derive(Debug)]
pub(super) struct BaseSum {
    pub(super) content: GrowingContent,
    pub(super) additional_kwargs: TreeMap,
    pub(super) response_metadata: TreeMap,
}

impl BaseSum {
    pub(super) fn new(content: Content, additional_kwargs: Map, response_metadata: Map) -> Self {
        Self {
            content: content.into(),
            additional_kwargs: additional_kwargs.into(),
            response_metadata: response_metadata.into(),
        }
    }

    pub(super) fn push(&mut self, content: &Content, kwargs: &Map, metadata: &Map) -> Result<()> {
        self.content.push(content)?;
        self.additional_kwargs.merge(kwargs)?;
        self.response_metadata.merge(metadata)
    }
}
