//! Nodes as langchain-core would have built them: what its constructors do to bindings of bindings and to bindings of
//! `each`, where Thalweg's own composition keeps every layer.

use serde_json::Value;

use super::build::Object;

/// Where a configuration keeps handlers that another one has taken the place of.
pub(super) const IDLE: &str = "replaced handlers";

fn kind(node: &Object) -> &str {
    node.get("kind").and_then(Value::as_str).unwrap_or_default()
}

fn is_binding(node: &Object) -> bool {
    matches!(kind(node), "bind" | "bind_tools" | "listeners")
}

fn config(node: &Object) -> Option<&Object> {
    node.get("config")?.as_object().filter(|config| !config.is_empty())
}

/// The node with the layers in the order in which they are built there; its own layer only.
pub(super) fn normal(mut node: Object) -> Object {
    if is_binding(&node)
        && let Some(bound) = node.get("bound").and_then(Value::as_object)
    {
        let bound = normal(bound.clone());
        if kind(&bound) == "each" {
            return around_elements(node, bound);
        }
        // A binding of a binding is one binding: its configuration is that of both, the outer one's keys win. Only async
        // listeners are put around whatever there is.
        if node.get("async") == Some(&Value::Bool(true)) {
            node.insert("bound".to_owned(), bound.into());
        } else if let Some(inner) = config(&bound).cloned() {
            let mut bound = bound;
            bound.remove("config");
            let merged = shallow(inner, config(&node));
            node.insert("bound".to_owned(), bound.into());
            node.insert("config".to_owned(), merged.into());
        } else {
            node.insert("bound".to_owned(), bound.into());
        }
    }
    if kind(&node) == "retry"
        && let Some(bound) = node.get("bound").and_then(Value::as_object)
    {
        return retried(node.clone(), normal(bound.clone()));
    }
    if kind(&node) == "each"
        && let Some(outer) = config(&node).cloned()
    {
        node.remove("config");
        if let Some(bound) = node.get("bound").and_then(Value::as_object) {
            let bound = configured(bound.clone(), &outer);
            node.insert("bound".to_owned(), bound.into());
        }
    }
    node
}

/// The steps of a sequence as the pipe operator puts them together, and the name that it ends up with.
///
/// A sequence without a configuration always becomes part of the one that it is a step of. Its name is kept where it is
/// the left operand, or the right operand of another sequence.
pub(super) fn piped(node: &Object) -> (Vec<Value>, Option<String>) {
    let steps = node.get("steps").and_then(Value::as_array).cloned().unwrap_or_default();
    let given = node.get("name").and_then(Value::as_str).map(str::to_owned);
    let mut flat: Vec<Value> = Vec::new();
    let mut name = None;
    // Whether what is there already is a sequence, which is asked to be piped on.
    let mut is_sequence = false;
    for (i, step) in steps.into_iter().enumerate() {
        let inner =
            step.as_object().filter(|step| kind(step) == "sequence" && config(step).is_none()).map(piped);
        let single = i == 0;
        let Some((parts, inner_name)) = inner else {
            is_sequence = !single;
            flat.push(step);
            continue;
        };
        if single {
            name = inner_name;
        } else if is_sequence {
            name = name.or(inner_name);
        }
        is_sequence = true;
        flat.extend(parts);
    }
    (flat, given.or(name))
}

fn shallow(mut inner: Object, outer: Option<&Object>) -> Object {
    for (key, value) in outer.into_iter().flatten() {
        if key == "handlers" {
            // Those that are replaced are still there to be shown, but nobody calls them.
            let replaced = inner.remove(key).and_then(|old| old.as_array().cloned()).unwrap_or_default();
            if let Some(idle) = inner.entry(IDLE).or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
                idle.extend(replaced);
            }
        }
        inner.insert(key.clone(), value.clone());
    }
    inner
}

/// `with_config` of a node.
fn configured(node: Object, outer: &Object) -> Object {
    let mut node = normal(node);
    let merged = shallow(config(&node).cloned().unwrap_or_default(), Some(outer));
    node.insert("config".to_owned(), merged.into());
    normal(node)
}

/// Retries of a binding are a binding of retries.
fn retried(mut retry: Object, mut bound: Object) -> Object {
    if kind(&bound).starts_with("configurable") {
        retry.insert("bound".to_owned(), bound.into());
        return retry;
    }
    let outer = retry.remove("config");
    let inner = bound.remove("config");
    let mut whole = if is_binding(&bound) {
        let inside = bound.remove("bound").unwrap_or_default();
        retry.insert("bound".to_owned(), inside);
        bound.insert("bound".to_owned(), retry.into());
        bound
    } else {
        retry.insert("bound".to_owned(), bound.into());
        retry
    };
    let inner = inner.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let merged = shallow(inner, outer.as_ref().and_then(Value::as_object));
    if !merged.is_empty() {
        whole.insert("config".to_owned(), merged.into());
    }
    whole
}

/// A binding of an `each` is an `each` of the binding.
fn around_elements(mut binding: Object, mut each: Object) -> Object {
    let outer = binding.remove("config");
    let element = each.remove("bound").unwrap_or_default();
    binding.insert("bound".to_owned(), element);
    each.insert("bound".to_owned(), binding.into());
    match outer {
        Some(Value::Object(outer)) if !outer.is_empty() => configured(each, &outer),
        _ => each,
    }
}
