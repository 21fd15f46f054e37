//! Completing: what langchain-core's bindings make of the configuration of a call, besides adding their own.
//!
//! They fill up their own configuration from the current one before they merge the two. Where the current run is not
//! the one that the call was made below, that moves the bound chain below the current run.

use std::sync::Arc;

use crate::config::Config;
use crate::context::{Context, copy_to_metadata};
use crate::run::{Given, Scope, add_entries, add_listeners};
use crate::value::{Map, Text};

/// A call's context with a binding's configuration, as langchain-core merges them.
#[allow(clippy::needless_pass_by_value, reason = "the call's context is done with")]
pub(crate) fn complete(context: Context, config: &Config) -> Context {
    let current = Context::current();
    let mut merged = context.with_defaults(config).map_scope(|scope| scalars(scope, &context, config));
    merged.implicit = false;
    merged.completed = true;
    if config.listeners.is_empty() {
        if current.run().is_some() && !context.implicit {
            merge_managers(&mut merged, &current);
        }
    } else if context.implicit {
        // With handlers of its own and nothing else given, it has no connection to the current run.
        merged.parent = None;
        merged.step = None;
        merged = merged.map_scope(|scope| {
            scope.tags = Arc::new([]);
            scope.metadata = Map::new();
            scope.listeners = config.listeners.clone().into();
        });
    }
    merged.map_scope(|scope| {
        let inherits = config.tags.is_empty() && !config.empties.tags;
        let mut tags = if inherits { current.tags().to_vec() } else { config.tags.clone() };
        let mut metadata = if config.metadata.is_empty() && !config.empties.metadata {
            current.metadata().clone()
        } else {
            config.metadata.clone()
        };
        let mut configurable = if config.configurable.is_empty() && !config.empties.configurable {
            current.configurable().clone()
        } else {
            config.configurable.clone()
        };
        copy_to_metadata(&configurable, &mut metadata);
        if !context.implicit {
            tags.extend_from_slice(context.tags());
            add_entries(&mut metadata, context.metadata());
            add_entries(&mut configurable, context.configurable());
        }
        sort(&mut tags);
        scope.configurable = configurable;
        scope.given = Some(Arc::new(Given { tags, metadata, is_new: true }));
    })
}

/// Which limits count: a call's own before the binding's, but the binding's before those that the call only inherits.
/// A recursion limit of 25 counts as none there.
fn scalars(scope: &mut Scope, context: &Context, config: &Config) {
    let inherited = context.scope.recursion_limit;
    let said = |limit: Option<u32>| limit.filter(|limit| *limit != Scope::RECURSION_LIMIT);
    let own = said(inherited).filter(|_| !context.implicit);
    scope.recursion_limit = own.or(said(config.recursion_limit)).or(inherited);
    if !context.implicit && context.scope.limit.is_some() {
        scope.limit.clone_from(&context.scope.limit);
    }
}

/// As [`complete`], for a binding without a configuration of its own; once is enough where several follow each other.
pub(crate) fn complete_once(context: Context) -> Context {
    if context.completed { context } else { complete(context, &Config::new()) }
}

/// A call's context after langchain-core has merged nothing into its configuration: that sorts the tags.
pub(crate) fn settle(mut context: Context) -> Context {
    if let Some(once) = &mut context.once {
        once.as_completed = false;
    }
    if context.implicit {
        return context;
    }
    context.map_scope(|scope| {
        let mut given = scope.given.as_deref().cloned().unwrap_or_default();
        sort(&mut given.tags);
        scope.given = Some(Arc::new(Given { is_new: true, ..given }));
    })
}

/// A call's context where a further configuration with handlers alone has been merged in: completed, it has all that
/// the current one says.
pub(crate) fn overlay(context: Context) -> Context {
    let current = Context::current();
    context.map_scope(|scope| {
        let mut given = scope.given.as_deref().cloned().unwrap_or_default();
        given.tags.extend_from_slice(current.tags());
        sort(&mut given.tags);
        add_entries(&mut given.metadata, current.metadata());
        add_entries(&mut scope.configurable, current.configurable());
        scope.given = Some(Arc::new(Given { is_new: true, ..given }));
    })
}

/// Merges what hands tags and handlers down: the current run is the parent, tags are a set.
fn merge_managers(merged: &mut Context, current: &Context) {
    merged.parent.clone_from(&current.parent);
    if current.step.is_some() && current.step != merged.step {
        merged.once.get_or_insert_default().tag.clone_from(&current.step);
    }
    let scope = Arc::make_mut(&mut merged.scope);
    let mut tags: Vec<Text> = current.scope.tags.iter().chain(scope.tags.iter()).cloned().collect();
    sort(&mut tags);
    scope.tags = tags.into();
    let mut metadata = current.scope.metadata.clone();
    add_entries(&mut metadata, &scope.metadata);
    scope.metadata = metadata;
    let mut listeners = current.scope.listeners.to_vec();
    add_listeners(&mut listeners, &scope.listeners);
    scope.listeners = listeners.into();
}

/// Sorted, and each once.
fn sort(tags: &mut Vec<Text>) {
    tags.sort();
    tags.dedup();
}
